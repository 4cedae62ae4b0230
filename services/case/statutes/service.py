"""Use cases of statutory claims: one unit of work each."""

from datetime import timedelta
from uuid import UUID

from services.case.cases import store as cases
from services.case.consents import grants
from services.case.consents import store as consents
from services.case.profiles.schemas import Statute
from services.case.profiles.store import kept_back, profiles
from services.case.statutes import rules
from services.case.statutes.models import StatutoryClaim
from services.case.statutes.problems import StatutoryClaimRefused
from services.case.statutes.rules import Claim, Code
from services.case.statutes.schemas import StatutoryClaimForm
from shared.access.categories import Category, Ground
from shared.db.work import UnitOfWork


async def claim(work: UnitOfWork, client_id: UUID, form: StatutoryClaimForm) -> StatutoryClaim:
    """Rest on a legal code: it opens others' rows to the agency for as long as the profile says."""
    statute = profiles()[work.actor.agency_kind].grounds.statute(form.legal_code)
    asked = Claim(_wanted(form, statute), form.holder, form.reason, form.client_told_on)
    await _refuse_unless_met(work, client_id, asked, statute)
    assert statute is not None
    work.ledger.rest_on(client_id, statute.code)
    until = work.clock.now() + timedelta(days=statute.days)
    grant = await grants.give(
        work,
        client_id,
        work.actor.agency,
        asked.categories,
        Ground.STATUTE,
        legal_code=statute.code,
        source_agency=form.holder,
        valid_from=work.clock.now(),
        valid_until=until,
    )
    claimed = StatutoryClaim(
        owner_agency=work.actor.agency,
        client_id=client_id,
        category=Category.CASE,
        grant_id=grant.id,
        categories=grant.categories,
        claimed_by=work.actor.officer,
        valid_until=until,
        **form.model_dump(exclude={"categories"}),
    )
    work.add(claimed)
    return claimed


async def end(work: UnitOfWork, claimed: StatutoryClaim) -> StatutoryClaim:
    """The data are no longer needed: close the door. Ending twice changes nothing."""
    work.expect(claimed)
    if claimed.ended_at is None:
        claimed.ended_at = work.clock.now()
        await grants.take_back(work, await consents.grant(work, claimed.grant_id))
    return claimed


def _wanted(form: StatutoryClaimForm, statute: Statute | None) -> frozenset[Category]:
    if form.categories is not None:
        return frozenset(form.categories)
    return frozenset(statute.categories if statute else ())


async def _refuse_unless_met(work: UnitOfWork, client_id: UUID, asked: Claim, statute: Statute | None) -> None:
    unmet = rules.unmet(
        asked,
        Code(frozenset(statute.categories), statute.client_told_beforehand) if statute else None,
        asking=work.actor.agency,
        has_case=await cases.open_case_id(work, client_id, work.actor.agency) is not None,
        holder_known=asked.holder is None or work.kind_of(asked.holder) in profiles(),
        kept_back=kept_back(work.kind_of(asked.holder) if asked.holder else None),
        today=work.clock.today(),
    )
    if unmet:
        raise StatutoryClaimRefused(unmet)
