"""The supervisor: starts programs until they are ready, keeps them running, stops them in reverse order."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from deploy.embedded.child import Child, Program
from deploy.embedded.errors import LauncherError
from deploy.embedded.ledger import Ledger

START_SECONDS = 90.0
READY_TICK_SECONDS = 0.05
WATCH_TICK_SECONDS = 0.25
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 10.0
CALM_SECONDS = 30.0


class State(StrEnum):
    """What a part is doing, as the operator reads it."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "ended, starting again"
    STOPPING = "stopping"
    STOPPED = "stopped"


Report = Callable[[str, State], None]


class Part:
    """One program that is kept running until it is stopped."""

    def __init__(self, program: Program, logs: Path, ledger: Ledger, report: Report) -> None:
        self.program = program
        self._logs = logs
        self._ledger = ledger
        self._tell = report
        self._keeper: asyncio.Task[None] | None = None
        self._child: Child | None = None

    async def start(self) -> None:
        """Start the program and wait until it is ready. Raises LauncherError when it ends or takes too long."""
        self._report(State.STARTING)
        child = self._launch()
        try:
            async with asyncio.timeout(START_SECONDS):
                ready = await self._is_ready(child)
        except TimeoutError as error:
            raise LauncherError(
                f"{self.program.name} was not ready within {START_SECONDS:.0f} seconds; see {child.log}."
            ) from error
        if not ready:
            raise LauncherError(f"{self.program.name} did not start: {child.last_words()} (see {child.log})")
        self._report(State.READY)
        self._keeper = asyncio.create_task(self._keep(child))

    async def stop(self) -> None:
        """Stop the program for good: it asks first, and insists when the grace is over."""
        await self._let_go()
        if self._child is not None:
            self._report(State.STOPPING)
            await asyncio.to_thread(self._child.stop)
            self._report(State.STOPPED)

    async def kill(self) -> None:
        """End the process as a crash would; it is started again."""
        if self._child is not None:
            await asyncio.to_thread(self._child.kill)

    async def _keep(self, child: Child) -> None:
        """Start the program again whenever it ends, at growing intervals while it keeps ending."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            await _ended(child)
            self._report(State.RESTARTING)
            calm = time.monotonic() - began > CALM_SECONDS
            pause = FIRST_PAUSE_SECONDS if calm else min(pause * 2, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)
            with suppress(OSError):
                child = self._launch()
                if await self._is_ready(child):
                    self._report(State.READY)

    async def _is_ready(self, child: Child) -> bool:
        """Wait for readiness; False when the process ended instead."""
        while child.is_alive:
            if await self.program.is_ready():
                return True
            await asyncio.sleep(READY_TICK_SECONDS)
        return False

    async def _let_go(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
            self._keeper = None

    def _launch(self) -> Child:
        self._child = Child.start(self.program, self._logs)
        self._ledger.note(self._child)
        return self._child

    def _report(self, state: State) -> None:
        self._tell(self.program.name, state)


async def _ended(child: Child) -> None:
    while child.is_alive:
        await asyncio.sleep(WATCH_TICK_SECONDS)


class Supervisor:
    """All running parts, in the order in which they were started."""

    def __init__(self, logs: Path, ledger: Ledger, report: Report) -> None:
        self._logs = logs
        self._ledger = ledger
        self._report = report
        self._tiers: list[tuple[str, ...]] = []
        self.parts: dict[str, Part] = {}

    async def start(self, *programs: Program) -> None:
        """Start programs that need nothing of each other, and wait until all are ready."""
        self._tiers.append(tuple(program.name for program in programs))
        for program in programs:
            self.parts[program.name] = Part(program, self._logs, self._ledger, self._report)
        try:
            async with asyncio.TaskGroup() as starting:
                for program in programs:
                    starting.create_task(self.parts[program.name].start())
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures

    async def stop_all(self) -> None:
        """Stop everything, last started first."""
        while self._tiers:
            await asyncio.gather(*(self.parts[name].stop() for name in self._tiers.pop()))
