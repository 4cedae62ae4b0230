"""Work that only one process of a service may do at a time, however many there are."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

ASK_AGAIN_SECONDS = 1.0


@contextlib.asynccontextmanager
async def alone(engine: AsyncEngine, what: str) -> AsyncIterator[AsyncConnection]:
    """A connection, as soon as no other process is at the same work; each of its statements commits by itself.

    It is thrown away in the end: back in the pool it would go on holding the lock.
    """
    lock = select(func.pg_try_advisory_lock(func.hashtextextended(what, 0)))
    async with engine.connect() as connection:
        try:
            at_work = await connection.execution_options(isolation_level="AUTOCOMMIT")
            while not await at_work.scalar(lock):  # noqa: ASYNC110
                await asyncio.sleep(ASK_AGAIN_SECONDS)
            yield at_work
        finally:
            await connection.invalidate()
