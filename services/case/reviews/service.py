"""Use cases of reviews: one unit of work each."""

from services.case.consents import grants
from services.case.consents import store as consents
from services.case.dangers.models import DangerClaim
from services.case.reviews import rules
from services.case.reviews.problems import ReviewRefused
from services.case.reviews.schemas import Verdict
from shared.db.work import UnitOfWork


async def decide(work: UnitOfWork, claimed: DangerClaim, found: Verdict) -> DangerClaim:
    """Say whether the claim was justified; the door that one that was not had opened is closed at once."""
    work.expect(claimed)
    unmet = rules.unmet(
        decided=claimed.reviewed_at is not None, claimed_by=claimed.claimed_by, deciding=work.actor.officer
    )
    if unmet:
        raise ReviewRefused(unmet)
    claimed.justified, claimed.verdict = found.justified, found.verdict
    claimed.reviewed_by, claimed.reviewed_at = work.actor.officer, work.clock.now()
    if not found.justified:
        await grants.take_back(work, await consents.grant(work, claimed.grant_id))
    return claimed
