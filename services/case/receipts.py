"""Receipts of the services that follow, waited for a moment."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol, TypeVar

from shared.db.work import UnitOfWork

WAIT = timedelta(seconds=2)
LOOK_AGAIN = timedelta(milliseconds=40)


class Collected(Protocol):
    """What knows whether every receipt has come."""

    @property
    def complete(self) -> bool:
        """Whether nothing is waited for any more."""
        ...


C = TypeVar("C", bound=Collected)


async def once_complete(work: UnitOfWork, look: Callable[[], Awaitable[C]]) -> C:
    """What a look shows once every service has said that it follows, or when the time is up.

    Commits what was done. Services that are away are named in what is shown, and follow when they return.
    """
    await work.commit()
    deadline = asyncio.get_running_loop().time() + WAIT.total_seconds()
    while True:
        seen = await look()
        if seen.complete or asyncio.get_running_loop().time() > deadline:
            return seen
        await work.commit()
        await asyncio.sleep(LOOK_AGAIN.total_seconds())
