"""Who looked: the access log of one service, for the person, the supervisor and the data-protection officer."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import Select, select

from shared.access.aliases import ids_of
from shared.access.categories import Category, Ground
from shared.access.models import AccessEntry
from shared.actor import Actor, Role
from shared.http.clients import AskedClient
from shared.http.paging import Page, Paged, page
from shared.http.problems import Forbidden, problems
from shared.http.routing import Router, Work
from shared.http.schemas import Schema

READERS = frozenset({Role.PERSON, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER})


class AccessEntryOut(Schema):
    """That somebody saw or changed a person's data."""

    id: UUID
    at: datetime
    service: str
    agency: str
    officer: str
    action: str
    operation: str
    categories: list[Category]
    ground: Ground
    purpose: str | None
    case_id: UUID | None
    legal_code: str | None
    request_id: str


def router(service: str) -> APIRouter:
    """The access log of a service under its own name."""
    routes = Router(prefix=f"/{service}/access-log", tags=["Who looked"], roles=READERS)

    @routes.get("", name=f"list_{service}_access_log", responses=problems(Forbidden))
    async def list_access_log(client_id: AskedClient, work: Work, paging: Paged) -> Page[AccessEntryOut]:
        """Who saw or changed the person's data here, newest first.

        The person sees every entry about themself; a supervisor or data-protection officer those of the own agency.
        """
        clients = await ids_of(work.session, client_id)
        found = await page(work, _entries(work.actor, client_id, clients), paging, AccessEntry.seq)
        return Page(items=[_shown(row, service) for row in found.rows], next=found.next)

    return routes


def _entries(actor: Actor, client_id: UUID, clients: Collection[UUID]) -> Select[AccessEntry]:
    """The entries this actor may read, those of records merged into the client's among them.

    Index: access_log_of_client.
    """
    query = select(AccessEntry).where(AccessEntry.client_id.in_(clients))
    if actor.has(Role.PERSON):
        if actor.person != client_id:
            raise Forbidden("A person reads the log of their own data only.")
        return query
    return query.where(AccessEntry.agency == actor.agency)


def _shown(row: AccessEntry, service: str) -> AccessEntryOut:
    columns = {name: getattr(row, name) for name in AccessEntryOut.model_fields if name != "service"}
    return AccessEntryOut(service=service, **columns)
