"""Every query on consents, grants and receipts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.case.consents.models import Consent, Grant, GrantReceipt
from services.case.consents.problems import ConsentNotFound
from shared.db.work import UnitOfWork
from shared.events.catalog import GrantApplied
from shared.http.paging import Paging, Slice, page


async def consent(work: UnitOfWork, client_id: UUID, consent_id: UUID) -> Consent:
    """One consent of a client."""
    query = select(Consent).where(Consent.id == consent_id, Consent.client_id == client_id)
    return await work.one(query, ConsentNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Consent]:
    """Consents of a client, newest first. Index: consent_of_client."""
    query = select(Consent).where(Consent.client_id == client_id)
    return await page(work, query, paging, Consent.created_at, Consent.id)


async def grant(work: UnitOfWork, grant_id: UUID) -> Grant:
    """The grant that rests on a consent or a case."""
    return await work.one(select(Grant).where(Grant.id == grant_id))


async def receipts(work: UnitOfWork, grant_id: UUID, change: str) -> Sequence[GrantReceipt]:
    """When services applied a change of a grant."""
    query = select(GrantReceipt).where(GrantReceipt.grant_id == grant_id, GrantReceipt.change == change)
    return await work.all(query)


async def receive(work: UnitOfWork, service: str, applied: GrantApplied) -> None:
    """Note when a service applied a change of a grant."""
    row = {"grant_id": applied.grant_id, "service": service, "change": applied.change, "applied_at": applied.applied_at}
    await work.execute(insert(GrantReceipt).values(row).on_conflict_do_nothing())
