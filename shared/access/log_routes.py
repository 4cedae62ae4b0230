"""Who looked: the access log of one service, for the person, the supervisor and the data-protection officer."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from shared.access import log_store
from shared.access.aliases import ids_of
from shared.access.categories import Category, Ground
from shared.access.log_store import Wanted
from shared.access.models import AccessEntry
from shared.actor import THEMSELVES, Role
from shared.db.work import UnitOfWork
from shared.http.clients import PerhapsClient
from shared.http.log_filter import Narrowed, Narrowing
from shared.http.paging import Page, Paged, page
from shared.http.problems import Forbidden, Invalid, InvalidField, problems
from shared.http.routing import Router, Work
from shared.http.schemas import Moment, Schema

READERS = frozenset({Role.PERSON, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER})
MOST_USAGES = 10_000


class Seen(Schema):
    """That somebody saw or changed a person's data: what the person is told of it."""

    at: datetime
    agency: str
    action: str
    categories: list[Category]
    ground: Ground

    @classmethod
    def of(cls, row: AccessEntry) -> Self:
        """The row as it travels."""
        return cls.model_validate(row)


class AccessEntryOut(Seen):
    """That somebody saw or changed a person's data, with everything that the log says of it.

    `hidden_code` is the legal code under which the person does not see the entry before `hidden_until`.
    """

    id: UUID
    service: str
    officer: str
    operation: str
    purpose: str | None
    case_id: UUID | None
    legal_code: str | None
    request_id: str
    hidden_code: str | None
    hidden_until: datetime | None


class Usage(Schema):
    """The newest entries about a person in a period, how many there are, and since when the log is kept."""

    items: list[Seen]
    total: int
    log_begun: datetime | None


async def wanted(work: Work, client_id: PerhapsClient, by: Narrowed) -> Wanted:
    """Which entries the caller asks for, refused where they are too many or not theirs."""
    if work.actor.has(Role.PERSON):
        if client_id is None or client_id != work.actor.person:
            raise Forbidden("A person reads the log of their own data only.")
    elif not (client_id or by.officer or by.since or by.hidden):
        wrong = InvalidField(pointer="/query", code="missing", detail="Name a client, an officer or a period.")
        raise Invalid(errors=[wrong])
    return Wanted(await ids_of(work.session, client_id) if client_id else [], by)


Filtered = Annotated[Wanted, Depends(wanted)]


def router(service: str) -> APIRouter:
    """The access log of a service under its own name."""
    routes = Router(prefix=f"/{service}/access-log", tags=["Who looked"], roles=READERS)

    @routes.get("", name=f"list_{service}_access_log", responses=problems(Forbidden, Invalid))
    async def list_access_log(which: Filtered, work: Work, paging: Paged) -> Page[AccessEntryOut]:
        """Who saw or changed whose data here, newest first.

        The person sees the entries about themself that no law hides for now. A supervisor sees those of the own
        agency, a data-protection officer the hidden ones as well; they name a client, an officer or a period, and
        their reading is entered in the log of every client they are shown.
        """
        query = log_store.entries(work.actor, which, work.clock.now())
        found = await page(work, query, paging, AccessEntry.at, AccessEntry.seq)
        _enter(work, {row.client_id for row in found.rows})
        return Page(items=[_shown(row, service) for row in found.rows], next=found.next)

    return routes


def internal() -> APIRouter:
    """What the gateway asks on behalf of the person, to answer for all services together."""
    routes = Router(prefix="/internal/access-log", tags=["Internal"], roles={Role.PERSON})

    @routes.get("")
    async def find_usage(
        work: Work,
        most: Annotated[int, Query(ge=0, le=MOST_USAGES)],
        since: Moment | None = None,
        until: Moment | None = None,
    ) -> Usage:
        """The newest entries about the person, newest first."""
        person = work.actor.person
        clients = await ids_of(work.session, person) if person else []
        found, total = await log_store.newest(work, Wanted(clients, Narrowing(since=since, until=until)), most)
        _enter(work, clients[:1])
        return Usage(items=[Seen.of(row) for row in found], total=total, log_begun=await log_store.begun(work))

    return routes


def _enter(work: UnitOfWork, clients: Collection[UUID]) -> None:
    """Who reads the log of others learns that an agency has to do with them, so the reading is entered there."""
    if work.actor.has(Role.PERSON) and work.actor.officer == THEMSELVES:
        return
    for client_id in clients:
        work.ledger.touched(client_id, "read", Category.EXISTENCE, work.actor.agency)


def _shown(row: AccessEntry, service: str) -> AccessEntryOut:
    columns = {name: getattr(row, name) for name in AccessEntryOut.model_fields if name != "service"}
    return AccessEntryOut(service=service, **columns)
