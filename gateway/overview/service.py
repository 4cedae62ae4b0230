"""Asks the services for their logs. A log that cannot be whole is not given at all."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from gateway.asking import Asker, all_of
from gateway.overview.rules import Feed, NotACursor, Place, Places, left_of, merged, read, written
from gateway.overview.schemas import AccessLogEntry, AccessLogPage, LoggedPage
from gateway.upstreams import API, SERVICES
from shared.access.log_schemas import AccessEntryOut
from shared.http.log_filter import Narrowing
from shared.http.problems import Invalid, InvalidField
from shared.labels import preferred

FROM_THE_START: Final[Places] = dict.fromkeys(sorted(SERVICES), Place())


@dataclass(frozen=True, slots=True)
class Question:
    """Which entries are asked for, by whom, and how many of them."""

    client_id: UUID | None
    by: Narrowing
    asker: Asker
    limit: int

    def query(self, cursor: str | None) -> str:
        """The question as it is put to a service."""
        asked = {"client_id": self.client_id, **self.by.query(), "limit": self.limit, "cursor": cursor}
        return urlencode({name: value for name, value in asked.items() if value is not None})


async def page(question: Question, cursor: str | None) -> AccessLogPage:
    """The part of the merged log that a cursor leads to; ServiceDown names every service that did not answer."""
    try:
        places = read(cursor) if cursor else FROM_THE_START
        feeds = (_feed(question, service, place) for service, place in places.items() if service in SERVICES)
        shown, following = merged(await all_of(feeds), question.limit)
    except NotACursor as error:
        wrong = InvalidField(pointer="/query/cursor", code="cursor", detail="This is not a cursor of this list.")
        raise Invalid(errors=[wrong]) from error
    return AccessLogPage(items=[_with_basis(question.asker, entry) for entry in shown], next=written(following))


def _with_basis(asker: Asker, entry: AccessEntryOut) -> AccessLogEntry:
    basis = asker.runtime.agencies.why_hidden(entry.agency, entry.hidden_code, preferred(asker.language))
    return AccessLogEntry(**entry.model_dump(), hidden_basis=basis)


async def _feed(question: Question, service: str, place: Place) -> Feed:
    """What a service has to show from a place on. Entries made since may have pushed the last one a page further."""
    while True:
        fetched = await _fetched(question, service, place.page)
        left = left_of(fetched.items, place.last)
        if left or (left is not None and fetched.next is None):
            return Feed(service, place, left, fetched.next)
        if fetched.next is None:
            raise NotACursor
        place = Place(fetched.next, place.last if left is None else None)


async def _fetched(question: Question, service: str, cursor: str | None) -> LoggedPage:
    target = f"{API}/{service}/access-log?{question.query(cursor)}"
    return LoggedPage.model_validate_json(await question.asker.asks(service, target))
