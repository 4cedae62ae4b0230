"""Asks the services for their logs. A log that cannot be whole is not given at all."""

import asyncio
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from gateway.overview.rules import Feed, NotACursor, Place, Places, left_of, merged, read, written
from gateway.overview.schemas import AccessLogPage
from gateway.problems import ServiceDown, ServiceSlow, ToldByService
from gateway.runtime import Runtime
from gateway.upstreams import API, SERVICES
from shared.actor import Actor
from shared.http.problems import Invalid, InvalidField

FROM_THE_START: Final[Places] = dict.fromkeys(sorted(SERVICES), Place())


@dataclass(frozen=True, slots=True)
class Question:
    """Whose log is asked for, by whom, in which trace, and how much of it."""

    client_id: UUID
    actor: Actor
    traceparent: str
    limit: int


async def page(runtime: Runtime, question: Question, cursor: str | None) -> AccessLogPage:
    """The part of the merged log that a cursor leads to; ServiceDown names every service that did not answer."""
    try:
        places = read(cursor) if cursor else FROM_THE_START
        answers = await asyncio.gather(
            *(_feed(runtime, question, service, place) for service, place in places.items() if service in SERVICES),
            return_exceptions=True,
        )
        shown, following = merged(_all_of(answers), question.limit)
    except NotACursor as error:
        wrong = InvalidField(pointer="/query/cursor", code="cursor", detail="This is not a cursor of this list.")
        raise Invalid(errors=[wrong]) from error
    return AccessLogPage(items=shown, next=written(following))


def _all_of(answers: list[Feed | BaseException]) -> list[Feed]:
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    unreached = [service for failure in failures if isinstance(failure, ServiceDown) for service in failure.services]
    if unreached:
        raise ServiceDown(*unreached)
    if failures:
        raise failures[0]
    return [answer for answer in answers if isinstance(answer, Feed)]


async def _feed(runtime: Runtime, question: Question, service: str, place: Place) -> Feed:
    """What a service has to show from a place on. Entries made since may have pushed the last one a page further."""
    while True:
        fetched = await _fetched(runtime, question, service, place.page)
        left = left_of(fetched.items, place.last)
        if left or (left is not None and fetched.next is None):
            return Feed(service, place, left, fetched.next)
        if fetched.next is None:
            raise NotACursor
        place = Place(fetched.next, place.last if left is None else None)


async def _fetched(runtime: Runtime, question: Question, service: str, cursor: str | None) -> AccessLogPage:
    query = {"client_id": str(question.client_id), "limit": question.limit} | ({"cursor": cursor} if cursor else {})
    try:
        response = await runtime.exchange.send(
            service,
            "GET",
            f"{API}/{service}/access-log?{urlencode(query)}",
            headers=runtime.exchange.signed(service, question.actor, question.traceparent),
            repeatable=True,
        )
        body = await runtime.exchange.read(service, response)
    except ServiceSlow as error:
        raise ServiceDown(service) from error
    if response.status >= 500:
        raise ServiceDown(service)
    if response.status != 200:
        raise ToldByService(response.status, body)
    return AccessLogPage.model_validate_json(body)
