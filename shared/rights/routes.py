"""HTTP: what a service holds of a person, under the service's own name."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy.orm import DeclarativeBase

from shared.access.categories import Category
from shared.actor import Role
from shared.http.clients import AskedClient
from shared.http.paging import Paged
from shared.http.problems import Forbidden, problems
from shared.http.routing import InLanguage, Router, Work
from shared.rights.disclosure import Reading
from shared.rights.erasure import Erasing, Scope
from shared.rights.holdings import holdings_of
from shared.rights.schemas import Counted, HoldingsPage, Owned

READERS = frozenset({Role.PERSON, Role.DATA_PROTECTION_OFFICER})


def router(service: str, tables: type[DeclarativeBase]) -> APIRouter:
    """What a service holds of a person, for the person and for the data-protection officer."""
    routes = Router(prefix=f"/{service}/holdings", tags=["Rights of the person"], roles=READERS)

    @routes.get("", name=f"list_{service}_holdings", responses=problems(Forbidden))
    async def list_holdings(
        client_id: AskedClient,
        work: Work,
        paging: Paged,
        language: InLanguage,
        request: Request,
    ) -> HoldingsPage:
        """Every row that this service holds of the person and that the reader may see, table by table.

        The person sees all of them; a data-protection officer those that the own agency may see.
        """
        if work.actor.has(Role.PERSON) and work.actor.person != client_id:
            raise Forbidden("A person reads their own data only.")
        reading = Reading(work, client_id, request.app.state.runtime.labels, language)
        return await reading.page(holdings_of(tables), paging)

    return routes


def internal(service: str, tables: type[DeclarativeBase]) -> APIRouter:
    """For the service that orders erasures: the keys that statements are checked by, and what would be erased."""
    routes = Router(prefix=f"/internal/{service}", tags=["Internal"], roles={Role.SERVICE})

    @routes.get("/keys", name=f"read_{service}_keys")
    async def read_keys(work: Work) -> list[dict[str, Any]]:
        """The keys (JWKs) by which this service's statements are checked, the one in use first."""
        return work.public_keys

    @routes.post("/holdings/counts", name=f"count_{service}_holdings")
    async def count_holdings(asked: Annotated[list[Counted], Field(max_length=100)], work: Work) -> dict[Category, int]:
        """How many rows there are of each category in what is asked for."""
        return await Erasing(tables).count(work, [Scope(one.clients, one.agency, one.categories) for one in asked])

    @routes.post("/holdings/owners", name=f"tell_{service}_owners")
    async def tell_owners(clients: Annotated[list[UUID], Field(max_length=100)], work: Work) -> list[Owned]:
        """Whose rows there are of clients, of which categories, and since when: what an erasure has to mind."""
        return await Erasing(tables).owned(work, clients)

    return routes
