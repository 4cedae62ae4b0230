"""How the logs of several services become one, page by page. Pure: no input or output."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from shared.access.log_schemas import AccessEntryOut


class Place(NamedTuple):
    """How far one service's log has been shown: the cursor of the page being read, and its last entry shown."""

    page: str | None = None
    last: UUID | None = None


Places = dict[str, Place]
"""Service -> its place. A service that is not named has shown everything."""

_PLACES: Final = TypeAdapter(Places)


class NotACursor(Exception):
    """The text is not a cursor that was given out."""


@dataclass(slots=True)
class Feed:
    """Entries of one service at hand, newest first: those of the page at `place` that were not shown yet."""

    service: str
    place: Place
    entries: list[AccessEntryOut]
    following: str | None

    def take(self) -> AccessEntryOut:
        """The newest entry at hand, which from now on counts as shown."""
        entry = self.entries.pop(0)
        self.place = Place(self.place.page, entry.id) if self.entries else Place(self.following)
        return entry

    @property
    def ended(self) -> bool:
        """Whether the service's log has nothing more to show."""
        return not self.entries and self.following is None

    @property
    def dry(self) -> bool:
        """Whether there is more to show than is at hand: what comes next has to be fetched first."""
        return not self.entries and self.following is not None


def written(places: Places) -> str | None:
    """The cursor that holds these places; none when every log is at its end."""
    return urlsafe_b64encode(_PLACES.dump_json(places)).decode() if places else None


def read(cursor: str) -> Places:
    """The places that a cursor holds, or NotACursor."""
    try:
        return _PLACES.validate_json(urlsafe_b64decode(cursor))
    except ValueError as error:
        raise NotACursor from error


def left_of(entries: Sequence[AccessEntryOut], last: UUID | None) -> list[AccessEntryOut] | None:
    """The entries after the last one shown; none when that one is not among them."""
    if last is None:
        return list(entries)
    ids = [entry.id for entry in entries]
    return list(entries[ids.index(last) + 1 :]) if last in ids else None


def merged(feeds: Sequence[Feed], limit: int) -> tuple[list[AccessEntryOut], Places]:
    """Up to `limit` entries of all feeds, newest first, and the places to go on from.

    Stops early at a feed that has run dry, as the entry it has yet to fetch may be the newest of all.
    """
    shown: list[AccessEntryOut] = []
    while len(shown) < limit and not any(feed.dry for feed in feeds):
        filled = [feed for feed in feeds if feed.entries]
        if not filled:
            break
        shown.append(max(filled, key=lambda feed: feed.entries[0].at).take())
    return shown, {feed.service: feed.place for feed in feeds if not feed.ended}
