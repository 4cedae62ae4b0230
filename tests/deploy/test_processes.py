"""One child process and its keeper, on small programs."""

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from deploy.embedded.child import Program
from deploy.embedded.errors import LauncherError
from deploy.embedded.ledger import Ledger
from deploy.embedded.processes import State, Supervisor
from tests.support.waiting import comes_true

SAYS_READY = "import pathlib, os; pathlib.Path(os.environ['READY']).write_text(str(os.getpid()));"
WAITS = "import signal; signal.pause()"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SAYS_READY} signal.pause(); signal.pause()"
WITH_A_CHILD = (
    "import subprocess, sys, os, pathlib;"
    "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']);"
    "pathlib.Path(os.environ['READY']).write_text(f'{os.getpid()} {child.pid}'); child.wait()"
)


class Watched:
    """A supervisor on a folder, and what it has reported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reports: list[tuple[str, State]] = []
        ledger = Ledger(folder / "processes.json")
        self.supervisor = Supervisor(folder, ledger, lambda part, state: self.reports.append((part, state)))

    def program(self, name: str, code: str, grace: float = 5.0) -> Program:
        """A Python program that is ready when its file `<name>.ready` exists."""
        ready = self.folder / f"{name}.ready"

        async def is_ready() -> bool:
            return ready.exists()

        environment = {"READY": str(ready)}
        return Program(name, (sys.executable, "-c", code), is_ready, environment=environment, grace=grace)

    def pids(self, name: str) -> list[int]:
        """The process ids that the program wrote when it was ready."""
        return [int(pid) for pid in (self.folder / f"{name}.ready").read_text().split()]


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    await watched.supervisor.stop_all()


async def test_a_program_that_ends_is_started_again(watched: Watched) -> None:
    await watched.supervisor.start(watched.program("part", SAYS_READY + WAITS))
    (first,) = watched.pids("part")

    os.kill(first, 9)

    await comes_true(lambda: watched.pids("part") != [first])
    await comes_true(lambda: watched.reports[-1] == ("part", State.READY))
    assert ("part", State.RESTARTING) in watched.reports


async def test_a_stopped_program_stays_stopped_until_it_is_started(watched: Watched) -> None:
    await watched.supervisor.start(watched.program("part", SAYS_READY + WAITS))
    part = watched.supervisor.parts["part"]
    (first,) = watched.pids("part")

    await part.stop()
    assert not psutil.pid_exists(first)
    (watched.folder / "part.ready").unlink()
    await part.start()

    assert watched.pids("part") != [first]
    assert State.RESTARTING not in {state for _, state in watched.reports}


async def test_a_program_that_will_not_stop_is_killed_when_its_grace_is_over(watched: Watched) -> None:
    await watched.supervisor.start(watched.program("stubborn", STUBBORN, grace=0.2))
    (pid,) = watched.pids("stubborn")

    await watched.supervisor.stop_all()

    assert not psutil.pid_exists(pid)


async def test_what_a_program_started_itself_ends_with_it(watched: Watched) -> None:
    await watched.supervisor.start(watched.program("parent", WITH_A_CHILD))
    pids = watched.pids("parent")
    assert len(pids) == 2

    await watched.supervisor.stop_all()

    await comes_true(lambda: not any(alive(pid) for pid in pids))


async def test_a_program_that_ends_before_it_is_ready_is_told_with_its_last_words(watched: Watched) -> None:
    with pytest.raises(LauncherError, match=r"^part did not start: ValueError: no such thing \(see .*part\.log\)$"):
        await watched.supervisor.start(watched.program("part", "raise ValueError('no such thing')"))


LAST_WORDS = {
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": "it said nothing and was ended by SIGKILL",
    "raise SystemExit(3)": "it said nothing and ended with code 3",
    "print('ERROR:    address already in use'); print('INFO:     Shutdown complete.'); raise SystemExit(1)": (
        "ERROR:    address already in use"
    ),
    "print('INFO:     Shutdown complete.')": "INFO:     Shutdown complete.",
}


@pytest.mark.parametrize("code", LAST_WORDS)
async def test_why_a_program_ended_at_once_is_told_in_one_sentence(watched: Watched, code: str) -> None:
    (watched.folder / "part.log").write_text("what it said when it ran before\n")
    with pytest.raises(LauncherError) as refused:
        await watched.supervisor.start(watched.program("part", code))
    assert str(refused.value).startswith(f"part did not start: {LAST_WORDS[code]} (see ")


async def test_parts_are_stopped_in_reverse_order(watched: Watched) -> None:
    for name in ("first", "second", "third"):
        await watched.supervisor.start(watched.program(name, SAYS_READY + WAITS))

    await watched.supervisor.stop_all()

    stopped = [part for part, state in watched.reports if state is State.STOPPED]
    assert stopped == ["third", "second", "first"]


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be collected does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
