"""Answers that leave part by part: each part is a unit of work of its own, committed before the part leaves.

What the access log says of a part is durable before anybody has it, and memory holds one part at a time. When
something breaks, the transfer ends short of its end, which every HTTP client notices.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from fastapi.responses import StreamingResponse

from shared.db.work import UnitOfWork

P = TypeVar("P")
Read = Callable[[UnitOfWork, P | None], Awaitable[tuple[bytes, P | None]]]
"""Reads the part after a place, none for the first: its bytes, and the place after it, none after the last."""


async def streamed(work: UnitOfWork, read: Read[P], *, media_type: str, after: P | None = None) -> StreamingResponse:
    """The parts from a place on. The first is read before the answer begins, so that what fails there is told."""
    parts = _parts(work, read, after)
    first = await anext(parts)
    return StreamingResponse(_following(first, parts), media_type=media_type, headers={"Cache-Control": "no-store"})


async def _parts(work: UnitOfWork, read: Read[P], after: P | None) -> AsyncIterator[bytes]:
    while True:
        async with work.continued() as part:
            data, after = await read(part, after)
            await part.commit()
        yield data
        if after is None:
            return


async def _following(first: bytes, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in parts:
        yield part
