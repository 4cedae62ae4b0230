"""Who looked: the access log of one service, for the person, the supervisor and the data-protection officer."""

from collections.abc import Collection, Iterable
from operator import itemgetter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from shared.access import log_store
from shared.access.aliases import ids_of
from shared.access.categories import AccessAction, Category
from shared.access.log_schemas import AccessEntryOut, LogBegun, Seen, Usage
from shared.access.log_store import Wanted
from shared.access.models import AccessEntry
from shared.actor import THEMSELVES, Role
from shared.db.work import UnitOfWork
from shared.http.clients import PerhapsClient
from shared.http.log_filter import Narrowed, Narrowing
from shared.http.paging import Page, Paged, page
from shared.http.problems import Forbidden, Invalid, InvalidField, problems
from shared.http.routing import Router, Work
from shared.http.schemas import Moment

READERS = frozenset({Role.PERSON, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER})
MOST_USAGES = 10_000


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
        _keep_hidden(work, found.rows)
        _enter(work, {row.client_id for row in found.rows})
        return Page(items=[_shown(row, service) for row in found.rows], next=found.next)

    return routes


def internal() -> APIRouter:
    """What the gateway asks, to answer for all services together."""
    routes = APIRouter(prefix="/internal/access-log", tags=["Internal"])
    for_the_person, for_sidus = Router(roles={Role.PERSON}), Router(roles={Role.SERVICE})

    @for_the_person.get("/usage")
    async def find_usage(
        work: Work,
        most: Annotated[int, Query(ge=1, le=MOST_USAGES)],
        since: Moment | None = None,
        until: Moment | None = None,
    ) -> Usage:
        """The newest entries about the person, newest first."""
        person = work.actor.person
        if person is None:
            raise Forbidden("The person is not named.")
        clients = await ids_of(work.session, person)
        found, total = await log_store.newest(work, Wanted(clients, Narrowing(since=since, until=until)), most)
        _enter(work, [person])
        return Usage(items=[Seen.of(row) for row in found], total=total)

    @for_sidus.get("/begun")
    async def read_begun(work: Work) -> LogBegun:
        """Since when the log has entries."""
        return LogBegun(begun=await log_store.begun(work))

    routes.include_router(for_the_person)
    routes.include_router(for_sidus)
    return routes


def _enter(work: UnitOfWork, clients: Collection[UUID]) -> None:
    """Who reads the log of others learns that an agency has to do with them, so the reading is entered there."""
    if work.actor.has(Role.PERSON) and work.actor.officer == THEMSELVES:
        return
    for client_id in clients:
        work.ledger.touched(client_id, AccessAction.READ, Category.EXISTENCE, work.actor.agency)


def _keep_hidden(work: UnitOfWork, shown: Iterable[AccessEntry]) -> None:
    """Who reads of what is hidden from a person is hidden as long: or their reading would tell of it."""
    now = work.clock.now()
    hidden = ((row.hidden_until, row) for row in shown if row.hidden_until and row.hidden_until > now)
    for until, row in sorted(hidden, key=itemgetter(0)):
        work.ledger.rest_on(row.client_id, row.hidden_code, until)


def _shown(row: AccessEntry, service: str) -> AccessEntryOut:
    columns = {name: getattr(row, name) for name in AccessEntryOut.model_fields if name != "service"}
    return AccessEntryOut(service=service, **columns)
