"""Every query on identifiers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, tuple_

from services.case.identifiers.models import Identifier
from services.case.identifiers.rules import Known
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page


async def claim(work: UnitOfWork, known: Sequence[Known]) -> None:
    """Let others who name the same identifier wait, in an order that keeps two from waiting for each other."""
    for one in sorted(known):
        await work.serialise_on(f"client:{one.kind}:{one.country}:{one.compared}")


async def client_of(work: UnitOfWork, known: Sequence[Known]) -> UUID | None:
    """The client who is or was known by one of these. Index: uq_client_identifier."""
    query = select(Identifier.client_id).where(among(known)).order_by(Identifier.client_id).limit(1)
    rows = await work.check(query)
    return rows[0].client_id if rows else None


def among(known: Sequence[Known]) -> ColumnElement[bool]:
    """Whether an identifier is one of these, however spelled, and leads to its client."""
    identifier = tuple_(Identifier.kind, Identifier.country, Identifier.compared)
    named = identifier.in_([(one.kind, one.country, one.compared) for one in known])
    return and_(Identifier.leads_to_client, named)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Identifier]:
    """What a client is and was known by, last recorded first. Index: ix_client_identifier_client_id."""
    query = select(Identifier).where(Identifier.client_id == client_id)
    return await page(work, query, paging, Identifier.recorded_at, Identifier.id)
