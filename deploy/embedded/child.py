"""One child process: how it is started, how it ends, and that it never outlives us."""

import ctypes
import os
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from deploy.embedded.account import Account

PR_SET_PDEATHSIG = 1
_UNCONCERNED = re.compile(r'^INFO:|\bLOG:|\[INF\]|"level": ?"info"')
"""Lines in which a program tells that it begins or ends, as they come after a complaint too."""

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, how to ask it to stop, and how to see that it is ready."""

    name: str
    command: tuple[str, ...]
    is_ready: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 12.0


class Child:
    """A running program. Its output goes to `<logs>/<name>.log`; it dies when this process dies."""

    def __init__(self, program: Program, log: Path, process: subprocess.Popen[bytes], said_before: int) -> None:
        self.program = program
        self.log = log
        self.process = process
        self._said_before = said_before

    @classmethod
    def start(cls, program: Program, logs: Path) -> Self:
        """Start the program in a process group of its own, with exactly the environment it names."""
        log = logs / f"{program.name}.log"
        account = program.account
        with log.open("ab") as output:
            said_before = output.tell()
            process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ.get("PATH", os.defpath), **program.environment},
                cwd=program.folder,
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                preexec_fn=dying_with(os.getpid(), program.stop_signal),
            )
        return cls(program, log, process, said_before)

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def last_words(self) -> str:
        """What it complained of last, or else said last; of one that has said nothing, how it ended."""
        with self.log.open("rb") as log:
            log.seek(self._said_before)
            lines = log.read().decode(errors="replace").strip().splitlines()
        complaints = [line for line in lines if not _UNCONCERNED.search(line)]
        return (complaints or lines or [f"it said nothing and {self._end}"])[-1]

    @property
    def _end(self) -> str:
        code = self.process.poll()
        if code is None:
            return "still runs"
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"

    def stop(self) -> None:
        """Ask the process to stop, wait out its grace, then end its whole group. Blocks."""
        if self.is_alive:
            self.process.send_signal(self.program.stop_signal)
            try:
                self.process.wait(self.program.grace)
            except subprocess.TimeoutExpired:
                self.kill()
        self._end_group()

    def kill(self) -> None:
        """End the process at once, as a crash would."""
        self._end_group()
        self.process.wait()

    def _end_group(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


def dying_with(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    """What a child does before it becomes the program, so that it dies when its parent does."""
    if _LIBC is None:
        return None
    libc = _LIBC

    def bind() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)

    return bind


def end_with_parent() -> None:
    """Have this very process asked to stop when the process that started it ends (Linux)."""
    if bind := dying_with(os.getppid(), signal.SIGTERM):
        bind()
