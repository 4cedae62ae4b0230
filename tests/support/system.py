"""The whole system at work beside the tests: its processes with PostgreSQL and NATS, and a hand to stop each."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Self

from anyio.from_thread import BlockingPortal, start_blocking_portal

from deploy.embedded.ports import HOST
from deploy.embedded.system import System
from deploy.proofs.deliveries import Deliveries
from deploy.proofs.stores import Stores
from tests.support.waiting import until


class LiveSystem:
    """A running system. Its supervisor lives in a thread with a loop of its own, so any test may command it."""

    def __init__(self, system: System, portal: BlockingPortal) -> None:
        self.url = system.gateway_url
        self.data = system.data
        self.nats_url = system.nats_url
        self.stores = Stores.of(system.data.root)
        self._system = system
        self._portal = portal

    @classmethod
    @contextmanager
    def at_work(cls, folder: Path) -> Iterator[Self]:
        """A system on free ports, with its data in the folder, while the block lasts."""
        with start_blocking_portal() as portal, portal.wrap_async_context_manager(System.start(folder)) as system:
            yield cls(system, portal)

    def at(self, part: str) -> str:
        """The address of a part itself, past the gateway."""
        return f"http://{HOST}:{self._system.ports[part]}"

    @property
    def logs(self) -> list[Path]:
        """The log file of every part."""
        return self._system.logs

    @asynccontextmanager
    async def without(self, part: str) -> AsyncIterator[None]:
        """The system while one of its parts is stopped; it is whole again when the block ends."""
        await self._told(self._system.stop_part, part)
        try:
            yield
        finally:
            await self._told(self._system.start_part, part)

    async def kills(self, part: str) -> None:
        """End a part as a crash would; the supervisor starts it again."""
        await self._told(self._system.kill_part, part)

    async def _told(self, command: Callable[[str], Awaitable[None]], part: str) -> None:
        await asyncio.wrap_future(self._portal.start_task_soon(command, part))


async def settled(system: LiveSystem) -> None:
    """Wait until every event has had its effect."""
    async with Deliveries.of(system.stores) as deliveries:
        await until(deliveries.missing, lambda left: not left)
