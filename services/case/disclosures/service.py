"""Use cases of disclosures: one unit of work each."""

from datetime import date
from uuid import UUID

from services.case.consents import store as consents
from services.case.consents.models import Consent
from services.case.disclosures import rules
from services.case.disclosures.models import Disclosure
from services.case.disclosures.problems import DisclosureRefused
from services.case.disclosures.rules import Agreement, Outward
from services.case.disclosures.schemas import DisclosureForm
from services.case.profiles.rules import DisclosureGround
from services.case.profiles.store import profiles
from shared.access.categories import AccessAction, Category
from shared.clock import Clock
from shared.db.work import UnitOfWork
from shared.rules import Unmet


async def record(work: UnitOfWork, client_id: UUID, form: DisclosureForm) -> Disclosure:
    """Record that data were given to somebody outside; the access log calls it `disclose`."""
    outward = profiles()[work.actor.agency_kind].grounds.outward(form.ground)
    unmet = rules.unmet(
        form.ground,
        Outward(outward.needs_legal_code) if outward else None,
        legal_code=form.legal_code,
        disclosed_on=form.disclosed_on,
        today=work.clock.today(),
    )
    consent_id, lacking = await _agreed(work, client_id, form)
    if unmet := unmet + lacking:
        raise DisclosureRefused(unmet)
    work.ledger.rest_on(client_id, form.legal_code)
    disclosure = Disclosure(
        owner_agency=work.actor.agency,
        client_id=client_id,
        category=Category.CASE,
        disclosed_by=work.actor.officer,
        **form.model_dump() | {"consent_id": consent_id},
    )
    work.add(disclosure)
    for category in form.categories:
        work.ledger.touched(client_id, AccessAction.DISCLOSE, category, work.actor.agency)
    return disclosure


async def _agreed(work: UnitOfWork, client_id: UUID, form: DisclosureForm) -> tuple[UUID | None, list[Unmet]]:
    """The agreement on which the disclosure rests, where it rests on one, and what that lacks."""
    if form.ground is not DisclosureGround.CONSENT:
        return None, []
    found = await consents.agreements(work, client_id, form.consent_id)
    agreements = {consent.id: _said_on(consent, form.disclosed_on, work.clock) for consent in found}
    return rules.agreed(agreements, form.given())


def _said_on(consent: Consent, day: date, clock: Clock) -> Agreement:
    """What an agreement said on a day: as it was signed, or as it had been narrowed by then."""
    assert consent.signed_on is not None
    signed, *narrowed = consent.terms
    said = next((terms for terms in reversed(narrowed) if clock.day_of(terms.since) <= day), signed)
    return Agreement(
        signed_on=consent.signed_on,
        categories=frozenset(map(Category, said.categories)),
        purpose=consent.purpose,
        valid_from=said.valid_from,
        valid_until=said.valid_until,
        withdrawn_on=clock.day_of(consent.withdrawn_at) if consent.withdrawn_at else None,
    )
