"""Every query on restrictions and their receipts."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.case.clients.models import Client
from services.case.restrictions.models import Restriction, RestrictionReceipt
from services.case.restrictions.problems import RestrictionNotFound
from shared.access.models import AccessRestriction
from shared.db.work import UnitOfWork
from shared.events.catalog.each_service import RestrictionApplied
from shared.http.paging import Paging, Slice, newest


async def restriction(work: UnitOfWork, restriction_id: UUID) -> Restriction:
    """One restriction."""
    return await work.one(select(Restriction).where(Restriction.id == restriction_id), RestrictionNotFound)


async def of_agency(work: UnitOfWork, paging: Paging) -> Slice[Restriction]:
    """Restrictions that the agency decided, newest first. Index: restriction_of_agency."""
    return await newest(work, Restriction, paging, Restriction.owner_agency == work.actor.agency)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Restriction]:
    """Restrictions of a client's record, newest first. Index: restriction_of_client."""
    return await newest(work, Restriction, paging, Restriction.client_id == client_id)


async def is_closed(work: UnitOfWork, client_id: UUID, *, besides: UUID | None = None) -> bool:
    """Whether a restriction of a record, besides one, is in force."""
    return bool(await closed_among(work, [client_id], besides=besides))


async def closed_among(work: UnitOfWork, clients: Collection[UUID], *, besides: UUID | None = None) -> set[UUID]:
    """The clients of whose records a restriction, besides one, is in force. Index: access_restriction_of_client."""
    in_force = select(AccessRestriction.client_id).where(
        AccessRestriction.client_id.in_(clients),
        AccessRestriction.id.is_distinct_from(besides),
        AccessRestriction.valid_until > work.clock.now(),
    )
    return {row.client_id for row in await work.execute(in_force)}


async def is_own(work: UnitOfWork, client_id: UUID) -> bool:
    """Whether a record, be it closed or not, is the actor's agency's own. Index: pk_client."""
    own = select(Client.id).where(Client.id == client_id, Client.owner_agency == work.actor.agency)
    return bool(await work.check(own))


async def receipts(work: UnitOfWork, restriction: Restriction) -> Sequence[RestrictionReceipt]:
    """When services applied the newest decision. Index: pk_restriction_receipt."""
    query = select(RestrictionReceipt).where(
        RestrictionReceipt.restriction_id == restriction.id, RestrictionReceipt.decided_at == restriction.decided_at
    )
    return await work.all(query)


async def receive(work: UnitOfWork, service: str, applied: RestrictionApplied) -> None:
    """Note when a service applied a decision; word of an older one changes nothing."""
    row = applied.model_dump(exclude={"client_id"}) | {"service": service}
    statement = insert(RestrictionReceipt).values(row)
    newer = RestrictionReceipt.decided_at < statement.excluded.decided_at
    key = ["restriction_id", "service"]
    await work.execute(statement.on_conflict_do_update(index_elements=key, set_=row, where=newer))
