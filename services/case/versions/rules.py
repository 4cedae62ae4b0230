"""Which versions of a piece of the record there are, and where a value came from. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any


class Standing(StrEnum):
    """Whether a version of a section is in force, was, is asked for, or was asked for in vain."""

    CURRENT = "current"
    FORMER = "former"
    PROPOSED = "proposed"
    DECLINED = "declined"


EVER_IN_FORCE = (Standing.CURRENT, Standing.FORMER)
"""Versions that are or were in force: the history of the record. What was only asked for is no part of it."""


@dataclass(frozen=True)
class Source:
    """Where a value came from: which agency, officer and system gave it, and when."""

    agency: str
    officer: str
    system: str
    at: datetime

    def told(self) -> dict[str, Any]:
        """The source as it is kept beside the value."""
        return self._told

    @cached_property
    def _told(self) -> dict[str, Any]:
        return {"agency": self.agency, "officer": self.officer, "system": self.system, "at": self.at.isoformat()}
