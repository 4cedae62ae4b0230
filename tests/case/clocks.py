"""The case service some time from now."""

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
