"""HTTP: the supervisors' list of danger claims to review, and their verdicts."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.case.dangers.models import DangerClaim
from services.case.dangers.schemas import DangerClaimOut
from services.case.dangers.service import keep_from_client
from services.case.reviews import service, store
from services.case.reviews.problems import ReviewNotFound, ReviewRefused
from services.case.reviews.schemas import Verdict
from shared.actor import Role
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, StaleVersion, problems
from shared.http.routing import Router, Work

router = Router(prefix="/danger-reviews", tags=["Sharing the record"], roles={Role.SUPERVISOR})


async def claim_in_path(claim_id: UUID, work: Work) -> DangerClaim:
    """The claim of the path, if it is the agency's."""
    claimed = await store.claim(work, claim_id)
    keep_from_client(work, [claimed])
    return claimed


ClaimInPath = Annotated[DangerClaim, Depends(claim_in_path)]


@router.get("")
async def list_danger_reviews(
    work: Work, paging: Paged, undecided: Annotated[bool, Query(description="Only those to be decided.")] = True
) -> Page[DangerClaimOut]:
    """Danger claims of the agency for its supervisors to review, newest first."""
    found = await store.of_agency(work, paging, undecided=undecided)
    keep_from_client(work, found.rows)
    return found.shown(DangerClaimOut)


@router.get("/{claim_id}", responses=problems(ReviewNotFound))
async def read_danger_review(claimed: ClaimInPath, work: Work) -> DangerClaimOut:
    """One danger claim of the agency."""
    return await work.answer(DangerClaimOut, claimed)


@router.post("/{claim_id}/decision", responses=problems(ReviewNotFound, ReviewRefused, StaleVersion, Invalid))
async def decide_danger_review(claimed: ClaimInPath, verdict: Verdict, work: Work) -> DangerClaimOut:
    """Say whether the claim was justified; one that was not is closed at once."""
    return await work.answer(DangerClaimOut, await service.decide(work, claimed, verdict))
