"""A checkout in which the real launcher runs small stand-ins for the processes, and a hand to drive it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

import deploy.embedded
from deploy.embedded.landscape import SERVICES
from deploy.embedded.ports import free_ports, variable_of
from tests.support.waiting import wait_until

APPLICATION = """
import json, os

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["path"] == "/oauth2/token":
        body = {"access_token": "token for " + (await receive())["body"].decode()}
    else:
        body = {"environment": dict(os.environ)}
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
"""
MIGRATIONS = """
import asyncpg

async def upgrade(service, url):
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE IF NOT EXISTS migrated (times integer)")
    await connection.execute("INSERT INTO migrated VALUES (1)")
    await connection.close()
    return True

async def revise(service, url, message):
    raise AssertionError
"""
SCENARIO = """print("the scenario was played", flush=True)\n"""


def write(file: Path, text: str) -> None:
    """Write a module of a package that may be new; a package without `__init__` would give way to an installed one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    (file.parent / "__init__.py").touch()
    file.write_text(text)


def make_checkout(root: Path) -> None:
    """Lay out the stand-ins beside a copy of the real launcher and of what it shares with the services."""
    here = Path(deploy.embedded.__file__).parents[2]
    for package in ("deploy/embedded", "shared"):
        shutil.copytree(here / package, root / package)
    write(root / "deploy" / "demo.py", SCENARIO)
    write(root / "shared" / "db" / "migrations.py", MIGRATIONS)
    write(root / "gateway" / "app.py", APPLICATION)
    write(root / "deploy" / "sandbox" / "register.py", APPLICATION)
    write(root / "services" / "__init__.py", "")
    for service in SERVICES:
        write(root / "services" / service / "app.py", APPLICATION)
        write(root / "services" / service / "migrations" / "versions" / "0001_first.py", "")


@dataclass
class Launcher:
    """The command `sidus` in one checkout, on one data folder and one set of ports."""

    checkout: Path
    data: Path
    ports: dict[str, int] = field(default_factory=free_ports)
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def sidus(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end; what it said is in `stdout` and `stderr`."""
        return subprocess.run(
            self._command(*arguments),
            cwd=self.checkout,
            env=self._environment() | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def begin(self, *, through: tuple[str, ...] = ()) -> None:
        """Start `sidus up`, or a program that starts it in turn, and do not wait for it."""
        command = (*through, *self._command("up", *(("--attached",) if through else ())))
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=self.checkout, env=self._environment(), stdout=output, stderr=output
            )

    def up(self) -> None:
        """Start `sidus up` and wait until it says that it is up."""
        self.begins_until("Sidus is up.")

    def begins_until(self, said: str, *, through: tuple[str, ...] = ()) -> None:
        """Start `sidus up` and wait until it says something."""
        self.begin(through=through)
        self.reaches(lambda: said in self.said)

    def reaches(self, moment: Callable[[], bool]) -> None:
        """Wait for a moment in the start; fails at once when the launcher ends instead."""
        wait_until(lambda: moment() or not self.lives)
        assert self.lives, self.said

    def ends_by(self, number: signal.Signals) -> int:
        """Send the launcher a signal and wait for its end; answers its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    @property
    def lives(self) -> bool:
        """Whether `sidus up` still runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def output(self) -> Path:
        """Where `sidus up` writes what it says."""
        return self.checkout / f"{self.data.name}.said"

    @property
    def said(self) -> str:
        """What `sidus up` has said so far."""
        return self.output.read_text()

    def left_running(self) -> list[str]:
        """Command lines of processes that belong to this data folder or its ports."""
        marks = {str(self.data), *(str(port) for port in self.ports.values())}
        own = self.process.pid if self.process else 0
        return [line for pid, line in _command_lines() if pid != own and any(mark in line for mark in marks)]

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "deploy.embedded", *arguments, "--data", str(self.data)]

    def _environment(self) -> dict[str, str]:
        ports = {variable_of(name): str(port) for name, port in self.ports.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SIDUS_")}
        return kept | ports | self.environment


def _command_lines() -> list[tuple[int, str]]:
    lines = []
    for process in psutil.process_iter(["cmdline", "status"]):
        if process.info["status"] != psutil.STATUS_ZOMBIE:
            lines.append((process.pid, " ".join(process.info["cmdline"] or ())))
    return lines
