"""Every query on external ids."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from services.case.external_ids.models import ExternalId
from services.case.external_ids.problems import ExternalIdNotFound
from services.case.external_ids.rules import ExternalKey
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page


async def by_key(work: UnitOfWork, key: ExternalKey) -> ExternalId | None:
    """The client's key in a system of the actor's agency. Index: uq_external_id."""
    query = select(ExternalId).where(
        ExternalId.owner_agency == work.actor.agency, ExternalId.system == key.system, ExternalId.value == key.value
    )
    return await work.first(query)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[ExternalId]:
    """The client's keys in the systems of the actor's agency. Index: ix_external_id_client_id."""
    query = select(ExternalId).where(ExternalId.client_id == client_id)
    return await page(work, query, paging, ExternalId.recorded_at, ExternalId.id)


async def of_clients(work: UnitOfWork, clients: Collection[UUID]) -> dict[UUID, list[ExternalId]]:
    """The keys of many clients in the systems of the actor's agency. Index: ix_external_id_client_id."""
    found: dict[UUID, list[ExternalId]] = {client_id: [] for client_id in clients}
    query = select(ExternalId).where(ExternalId.client_id.in_(clients))
    for key in await work.all(query.order_by(ExternalId.recorded_at, ExternalId.id)):
        found[key.client_id].append(key)
    return found


async def one_of_client(work: UnitOfWork, client_id: UUID, external_id: UUID) -> ExternalId:
    """One of these."""
    query = select(ExternalId).where(ExternalId.client_id == client_id, ExternalId.id == external_id)
    return await work.one(query, ExternalIdNotFound)


async def claim(work: UnitOfWork, key: ExternalKey) -> None:
    """Let others who name the same key wait."""
    await work.serialise_on(f"external:{work.actor.agency}:{key.system}:{key.value}")


async def remove(work: UnitOfWork, row: ExternalId) -> None:
    """Take a key away."""
    await work.session.delete(row)
