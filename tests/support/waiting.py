"""Waiting for what must come: as long as a busy machine may need, and no longer once it is there."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_SECONDS = 60.0
"""Longer than anything takes that works; a test that waits for less tells of the machine, not of the code."""
LOOK_AGAIN_SECONDS = 0.05


async def until(look: Callable[[], Awaitable[T]], holds: Callable[[T], bool]) -> T:
    """What a look shows as soon as something holds of it; fails with what it showed last when the time is up."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds(seen := await look()):
        assert time.monotonic() < deadline, f"this is how it stayed: {seen}"
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    return seen


async def eventually(look: Callable[[], Awaitable[object]], wanted: object) -> None:
    """Wait until what one sees is what one wants, or fail with the difference."""
    await until(look, lambda seen: seen == wanted)


async def comes_true(holds: Callable[[], bool]) -> None:
    """Wait until a condition of this process holds."""

    async def look() -> bool:
        return holds()

    await until(look, bool)


def wait_until(holds: Callable[[], bool]) -> None:
    """The same, keeping everything else in this process waiting too."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(LOOK_AGAIN_SECONDS)
