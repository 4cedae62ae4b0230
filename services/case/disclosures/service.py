"""Use cases of disclosures: one unit of work each."""

from uuid import UUID

from services.case.consents import store as consents
from services.case.disclosures import rules
from services.case.disclosures.models import Disclosure
from services.case.disclosures.problems import DisclosureRefused
from services.case.disclosures.rules import Outward
from services.case.disclosures.schemas import DisclosureForm
from services.case.profiles.store import profiles
from shared.access.categories import AccessAction, Category
from shared.db.work import UnitOfWork


async def record(work: UnitOfWork, client_id: UUID, form: DisclosureForm) -> Disclosure:
    """Record that data were given to somebody outside; the access log calls it `disclose`."""
    outward = profiles()[work.actor.agency_kind].grounds.outward(form.ground)
    unmet = rules.unmet(
        form.ground,
        Outward(outward.needs_legal_code) if outward else None,
        legal_code=form.legal_code,
        has_agreement=await consents.has_agreement(work, client_id),
        disclosed_on=form.disclosed_on,
        today=work.clock.today(),
    )
    if unmet:
        raise DisclosureRefused(unmet)
    work.ledger.rest_on(client_id, form.legal_code)
    disclosure = Disclosure(
        owner_agency=work.actor.agency,
        client_id=client_id,
        category=Category.CASE,
        disclosed_by=work.actor.officer,
        **form.model_dump(),
    )
    work.add(disclosure)
    for category in form.categories:
        work.ledger.touched(client_id, AccessAction.DISCLOSE, category, work.actor.agency)
    return disclosure
