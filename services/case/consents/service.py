"""Use cases of consents: one unit of work each."""

from datetime import timedelta

from services.case.cases import store as cases
from services.case.clients.models import Client
from services.case.consents import grants, rules, store
from services.case.consents.models import Consent
from services.case.consents.problems import ConsentRefused, NotWithdrawn
from services.case.consents.rules import Giver
from services.case.consents.schemas import Applied, ConsentForm, Withdrawal, WithdrawalReceipt
from services.case.profiles.store import law, profiles
from services.case.receipts import once_complete
from shared.access.categories import Category, Ground
from shared.db.work import UnitOfWork
from shared.events.catalog import FOLLOWERS


async def sign(work: UnitOfWork, client: Client, form: ConsentForm) -> Consent:
    """Record that the client agrees, and open the recording agency's rows to the grantee."""
    await _refuse_unless_met(work, client, form)
    grant = await grants.give(
        work,
        client.id,
        form.grantee,
        form.categories,
        Ground.CONSENT,
        source_agency=work.actor.agency,
        valid_from=work.clock.beginning_of(form.valid_from),
        valid_until=work.clock.beginning_of(form.valid_until + timedelta(days=1)),
    )
    consent = Consent(
        client_id=client.id,
        owner_agency=work.actor.agency,
        category=Category.CASE,
        grant_id=grant.id,
        **form.model_dump(exclude={"declarations"}),
    )
    work.add(consent)
    return consent


async def withdraw(work: UnitOfWork, consent: Consent, withdrawal: Withdrawal) -> WithdrawalReceipt:
    """Close the door for good; answers when each service had closed it. Withdrawing twice changes nothing."""
    work.expect(consent)
    if consent.withdrawn_at is None:
        consent.withdrawn_at = work.clock.now()
        consent.withdrawal_reason = withdrawal.reason
        await grants.take_back(work, await store.grant(work, consent.grant_id))
    return await once_complete(work, lambda: receipt(work, consent))


async def receipt(work: UnitOfWork, consent: Consent) -> WithdrawalReceipt:
    """When each service had applied the withdrawal, as far as they have said so."""
    if consent.withdrawn_at is None:
        raise NotWithdrawn
    said = {row.service: row.applied_at for row in await store.receipts(work, consent.grant_id, "closed")}
    said["case"] = consent.withdrawn_at
    services = [Applied(service=name, applied_at=said.get(name)) for name in ("case", *FOLLOWERS)]
    complete = all(applied.applied_at for applied in services)
    return WithdrawalReceipt(
        consent_id=consent.id, withdrawn_at=consent.withdrawn_at, complete=complete, services=services
    )


async def _refuse_unless_met(work: UnitOfWork, client: Client, form: ConsentForm) -> None:
    today = work.clock.today()
    giver = Giver(client.is_of_age(law().majority_age.value, today), form.representative is not None)
    unmet = rules.unmet(
        form.terms(),
        giver,
        asking=work.actor.agency,
        has_case=await cases.open_case_id(work, client.id, work.actor.agency) is not None,
        closed=profiles()[work.actor.agency_kind].closed_categories,
        today=today,
    )
    if unmet:
        raise ConsentRefused(unmet)
