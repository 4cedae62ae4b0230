"""Killed at any point, the launcher leaves nothing running for long, and the next start is clean."""

import json
import signal
import sys

import psutil

from tests.deploy.checkout import Launcher
from tests.support.waiting import wait_until

PARENT = (sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])")


def test_killed_at_any_moment_of_its_start_the_next_one_is_clean(launcher: Launcher) -> None:
    launcher.begin()
    launcher.reaches(lambda: any("initdb" in line for line in launcher.left_running()))
    launcher.ends_by(signal.SIGKILL)
    for moment in ("postgres ready", "network starting", "Sidus is up."):
        launcher.begins_until(moment)
        launcher.ends_by(signal.SIGKILL)
    wait_until(lambda: launcher.left_running() == [])

    launcher.up()

    assert launcher.ends_by(signal.SIGTERM) == 0
    assert launcher.left_running() == []


def test_processes_that_did_outlive_their_launcher_are_ended_by_the_next(launcher: Launcher) -> None:
    launcher.begins_until("network starting")
    noted = json.loads((launcher.data / "processes.json").read_text())
    left = [psutil.Process(pid) for pid, _, _ in noted.values()]
    for process in left:
        process.suspend()
    launcher.ends_by(signal.SIGKILL)
    assert all(process.is_running() for process in left)

    launcher.begins_until("migrations ready")

    assert not any(process.is_running() for process in left)


def test_the_system_ends_with_the_process_that_started_it(launcher: Launcher) -> None:
    launcher.begins_until("nats ready", through=PARENT)

    launcher.ends_by(signal.SIGKILL)

    wait_until(lambda: launcher.left_running() == [])
    assert "postgres stopped" in launcher.said
