"""The case service some time from now."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from services.case.timekeeper import DUTIES, done
from shared.clock import Clock
from tests.support.service import Running


class Later(Clock):
    """A clock that is ahead."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__()
        self._ahead = ahead

    def now(self) -> datetime:
        """The moment it will be."""
        return super().now() + self._ahead


async def time_is_kept(case: Running, after: timedelta) -> None:
    """Everything that is due by then has been done."""
    around = replace(case.runtime.around, clock=Later(after))
    for duty in DUTIES:
        while await done(around, duty):
            pass


@contextmanager
def it_is_later(case: Running, by: timedelta) -> Iterator[None]:
    """Whoever calls the service in the meantime finds it at work some time from now."""
    now = case.runtime.around
    case.runtime.around = replace(now, clock=Later(by))
    try:
        yield
    finally:
        case.runtime.around = now
