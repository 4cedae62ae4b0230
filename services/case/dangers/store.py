"""Every query on danger claims."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.case.dangers.models import DangerClaim
from services.case.dangers.problems import DangerClaimNotFound
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest


async def claim(work: UnitOfWork, client_id: UUID, claim_id: UUID) -> DangerClaim:
    """One claim about a client."""
    query = select(DangerClaim).where(DangerClaim.id == claim_id, DangerClaim.client_id == client_id)
    return await work.one(query, DangerClaimNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[DangerClaim]:
    """Claims about a client, newest first. Index: danger_claim_of_client."""
    return await newest(work, DangerClaim, paging, DangerClaim.client_id == client_id)


async def next_untold(work: UnitOfWork, now: datetime) -> DangerClaim | None:
    """A claim of which the client is to be told by now, held until the work ends. Index: danger_claim_untold."""
    query = select(DangerClaim).where(DangerClaim.told_at.is_(None), DangerClaim.tell_at <= now)
    return await work.first(query.order_by(DangerClaim.tell_at).with_for_update(skip_locked=True))
