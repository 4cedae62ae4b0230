"""Every query on identifiers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, tuple_

from services.case.identifiers.models import ExternalId, Identifier
from services.case.identifiers.problems import ExternalIdNotFound
from services.case.identifiers.rules import ExternalKey, Known
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page


async def claim(work: UnitOfWork, known: Sequence[Known]) -> None:
    """Let others who name the same identifier wait, in an order that keeps two from waiting for each other."""
    for one in sorted(known):
        await work.serialise_on(f"client:{one.kind}:{one.country}:{one.value}")


async def client_of(work: UnitOfWork, known: Sequence[Known]) -> UUID | None:
    """The client who is or was known by one of these. Index: uq_client_identifier."""
    query = select(Identifier.client_id).where(among(known)).order_by(Identifier.client_id).limit(1)
    rows = await work.check(query)
    return rows[0].client_id if rows else None


def among(known: Sequence[Known]) -> ColumnElement[bool]:
    """Whether an identifier is one of these and leads to its client."""
    identifier = tuple_(Identifier.kind, Identifier.country, Identifier.value)
    named = identifier.in_([(one.kind, one.country, one.value) for one in known])
    return and_(Identifier.leads_to_client, named)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Identifier]:
    """What a client is and was known by, last recorded first. Index: ix_client_identifier_client_id."""
    query = select(Identifier).where(Identifier.client_id == client_id)
    return await page(work, query, paging, Identifier.recorded_at, Identifier.id)


async def external(work: UnitOfWork, key: ExternalKey) -> ExternalId | None:
    """The client's key in a system of the actor's agency. Index: uq_external_id."""
    query = select(ExternalId).where(
        ExternalId.owner_agency == work.actor.agency, ExternalId.system == key.system, ExternalId.value == key.value
    )
    return await work.first(query)


async def externals(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[ExternalId]:
    """The client's keys in the systems of the actor's agency. Index: ix_external_id_client_id."""
    query = select(ExternalId).where(ExternalId.client_id == client_id)
    return await page(work, query, paging, ExternalId.recorded_at, ExternalId.id)


async def external_of_client(work: UnitOfWork, client_id: UUID, external_id: UUID) -> ExternalId:
    """One of these."""
    query = select(ExternalId).where(ExternalId.client_id == client_id, ExternalId.id == external_id)
    return await work.one(query, ExternalIdNotFound)


async def claim_external(work: UnitOfWork, key: ExternalKey) -> None:
    """Let others who name the same key wait."""
    await work.serialise_on(f"external:{work.actor.agency}:{key.system}:{key.value}")


async def remove(work: UnitOfWork, row: ExternalId) -> None:
    """Take a key away."""
    await work.session.delete(row)
