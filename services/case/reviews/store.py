"""Every query on reviews."""

from uuid import UUID

from sqlalchemy import select

from services.case.dangers.models import DangerClaim
from services.case.reviews.problems import ReviewNotFound
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page


async def claim(work: UnitOfWork, claim_id: UUID) -> DangerClaim:
    """One claim of the agency."""
    query = select(DangerClaim).where(DangerClaim.id == claim_id, DangerClaim.owner_agency == work.actor.agency)
    return await work.one(query, ReviewNotFound)


async def of_agency(work: UnitOfWork, paging: Paging, *, undecided: bool) -> Slice[DangerClaim]:
    """The agency's claims, newest first. Indexes: danger_claim_of_agency, danger_claim_to_review."""
    query = select(DangerClaim).where(DangerClaim.owner_agency == work.actor.agency)
    if undecided:
        query = query.where(DangerClaim.reviewed_at.is_(None))
    return await page(work, query, paging, DangerClaim.created_at, DangerClaim.id)
