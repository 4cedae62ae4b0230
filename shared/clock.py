"""The only source of now. In the sandbox all processes follow one clock file, so time can be moved."""

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo


class Clock:
    """Answers what time it is, in UTC; moved by the offset (seconds) that the clock file holds, if any."""

    def __init__(self, file: Path | None = None, zone: str = "Europe/Tallinn") -> None:
        self._file = file
        self._zone = ZoneInfo(zone)
        self._seen: int | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """The present moment, timezone-aware, in UTC."""
        return datetime.now(UTC) + self.offset()

    def today(self) -> date:
        """The calendar day where the agencies work: deadlines and consents count local days."""
        return self.day_of(self.now())

    def day_of(self, moment: datetime) -> date:
        """The calendar day of a moment where the agencies work."""
        return moment.astimezone(self._zone).date()

    def beginning_of(self, day: date) -> datetime:
        """The moment at which a local day begins."""
        return datetime.combine(day, time(), tzinfo=self._zone).astimezone(UTC)

    def offset(self) -> timedelta:
        """How far the clock has been moved; zero outside the sandbox."""
        if self._file is None:
            return self._offset
        try:
            changed = os.stat(self._file).st_mtime_ns
        except FileNotFoundError:
            return timedelta()
        if changed != self._seen:
            self._offset = timedelta(seconds=float(self._file.read_text() or 0))
            self._seen = changed
        return self._offset

    def move_to(self, offset: timedelta) -> None:
        """Move the clock of every process that follows the same file."""
        if self._file is None:
            raise ClockFixed
        beside = self._file.with_suffix(f".{os.getpid()}")
        beside.write_text(str(offset.total_seconds()))
        beside.replace(self._file)


class ClockFixed(Exception):
    """The clock follows no file, so nobody may move it."""
