"""Every query on statutory claims."""

from uuid import UUID

from sqlalchemy import select

from services.case.statutes.models import StatutoryClaim
from services.case.statutes.problems import StatutoryClaimNotFound
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest


async def claim(work: UnitOfWork, client_id: UUID, claim_id: UUID) -> StatutoryClaim:
    """One claim about a client."""
    query = select(StatutoryClaim).where(StatutoryClaim.id == claim_id, StatutoryClaim.client_id == client_id)
    return await work.one(query, StatutoryClaimNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[StatutoryClaim]:
    """Claims about a client, newest first. Index: statutory_claim_of_client."""
    return await newest(work, StatutoryClaim, paging, StatutoryClaim.client_id == client_id)
