"""Words that stand in one row only, so that wherever one turns up, it is known whose data is shown."""

import itertools
import re
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

_WORD: Final = re.compile(r"\bqz[0-9a-f]{10}\b|\b18\d\d-\d\d-\d\d\b|\b[1-6]\d{10}\b")
"""What a mark looks like: a made-up word, a day of long ago, or a personal code."""
_FIRST_DAY: Final = date(1800, 1, 1)


@dataclass(frozen=True, slots=True)
class Author:
    """The agency that wrote a mark, and the state of the client that it wrote about."""

    agency: str
    state: str


@dataclass(slots=True)
class Marks:
    """The marks of one run: fresh words and days of a century in which nothing else happened."""

    run: str = field(default_factory=lambda: f"qz{secrets.token_hex(2)}")
    authors: dict[str, Author] = field(default_factory=dict)
    _serial: "itertools.count[int]" = field(default_factory=itertools.count)

    def word(self, author: Author) -> str:
        """A word that nobody else writes; fit for a text, a code and an officer's account."""
        return self._issued(f"{self.run}{next(self._serial):06x}", author)

    def day(self, author: Author) -> str:
        """A day that stands for a word where only dates are kept."""
        return self._issued((_FIRST_DAY + timedelta(days=next(self._serial))).isoformat(), author)

    def code(self, personal_code: str, author: Author) -> str:
        """A personal code, which nobody else has."""
        return self._issued(personal_code, author)

    def _issued(self, mark: str, author: Author) -> str:
        self.authors[mark] = author
        return mark

    def found_in(self, text: str) -> set[str]:
        """The marks of this run that stand in a text of whatever kind."""
        return {mark for mark in _WORD.findall(text) if mark in self.authors}
