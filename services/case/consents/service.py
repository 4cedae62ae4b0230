"""Use cases of consents: one unit of work each."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from services.case.cases import store as cases
from services.case.clients.models import Client
from services.case.clients.rules import LegalCapacity, age_on
from services.case.consents import grants, rules, store
from services.case.consents.models import Consent, ConsentSignature, ConsentTerms
from services.case.consents.problems import ConsentRefused, NotSigned, NotWithdrawn
from services.case.consents.rules import IN_FORCE, Ages, Signing, Terms
from services.case.consents.schemas import (
    Applied,
    ConsentForm,
    ConsentOffer,
    ConsentReceipt,
    Narrowing,
    NoticeShown,
    Signatures,
    Withdrawal,
    WithdrawalReceipt,
)
from services.case.consents.store import Step
from services.case.profiles.store import law, profiles
from services.case.receipts import once_complete
from shared.access.categories import Category, Ground
from shared.db.work import UnitOfWork
from shared.ids import new_id
from shared.labels import Language
from shared.rules import Unmet


async def offer(work: UnitOfWork, client: Client, form: ConsentOffer) -> Consent:
    """Put terms before the client, with the notice in the client's language; nothing is opened yet."""
    _refuse(await _terms_unmet(work, client, form.terms()))
    return _recorded(work, client, form)


async def sign(work: UnitOfWork, client: Client, form: ConsentForm) -> Consent:
    """Record that the client agrees without an offer before, and open the recording agency's rows to the grantee."""
    unmet = await _terms_unmet(work, client, form.terms())
    _refuse(unmet + await _signing_unmet(work, client, form))
    return await _signed(work, _recorded(work, client, form), form)


async def sign_offer(work: UnitOfWork, client: Client, consent: Consent, form: Signatures) -> Consent:
    """Record that the client agrees to what was offered."""
    work.expect(consent)
    unmet = rules.offer_unmet(
        consent.state,
        consent.valid_until,
        has_case=await cases.open_case_id(work, client.id, consent.owner_agency) is not None,
        today=work.clock.today(),
    )
    _refuse(unmet + await _signing_unmet(work, client, form))
    return await _signed(work, consent, form)


async def narrow(work: UnitOfWork, consent: Consent, narrowing: Narrowing) -> ConsentReceipt:
    """Let the consent open less, or end earlier; answers when each service had applied it."""
    work.expect(consent)
    present = consent.agreed
    wanted = narrowing.of(present)
    _refuse(rules.narrowing_unmet(consent.state, present, wanted, work.clock.today()))
    assert consent.grant_id is not None
    await grants.take_back(work, await store.grant(work, consent.grant_id))
    consent.categories, consent.valid_until = sorted(wanted.categories), wanted.valid_until
    consent.narrowed_at = work.clock.now()
    await _put_in_force(work, consent)
    return await once_complete(work, lambda: receipt(work, consent))


async def withdraw(work: UnitOfWork, consent: Consent, withdrawal: Withdrawal) -> WithdrawalReceipt:
    """Close the door for good; answers when each service had closed it. Withdrawing twice changes nothing."""
    work.expect(consent)
    if consent.withdrawn_at is None:
        _refuse(rules.withdrawal_unmet(consent.state))
        assert consent.grant_id is not None
        consent.withdrawn_at = work.clock.now()
        consent.withdrawal_reason = withdrawal.reason
        await grants.take_back(work, await store.grant(work, consent.grant_id))
    return await once_complete(work, lambda: withdrawal_receipt(work, consent))


async def withdrawal_receipt(work: UnitOfWork, consent: Consent) -> WithdrawalReceipt:
    """When each service had applied the withdrawal, as far as they have said so."""
    if consent.withdrawn_at is None:
        raise NotWithdrawn
    services = Applied.by_each(await _applied(work, _steps(consent)) | {"case": consent.withdrawn_at})
    return WithdrawalReceipt(
        consent_id=consent.id,
        withdrawn_at=consent.withdrawn_at,
        complete=all(applied.applied_at for applied in services),
        services=services,
    )


async def receipt(work: UnitOfWork, consent: Consent) -> ConsentReceipt:
    """All there is to show of a consent that was signed."""
    if consent.signed_on is None:
        raise NotSigned
    here = consent.withdrawn_at or consent.expired_at or consent.terms[-1].since
    services = Applied.by_each(await _applied(work, _steps(consent)) | {"case": here})
    same = ("client_id", "state", "grantee", "purpose", "declarations", "signatures", "terms")
    return ConsentReceipt.model_validate(
        {
            **{name: getattr(consent, name) for name in same},
            "consent_id": consent.id,
            "source_agency": consent.owner_agency,
            "notice": _notice_shown(consent),
            "signed_on": consent.signed_on,
            "withdrawn_at": consent.withdrawn_at,
            "expired_at": consent.expired_at,
            "complete": all(applied.applied_at for applied in services),
            "services": services,
        }
    )


def _refuse(unmet: list[Unmet]) -> None:
    if unmet:
        raise ConsentRefused(unmet)


async def _terms_unmet(work: UnitOfWork, client: Client, terms: Terms) -> list[Unmet]:
    return rules.terms_unmet(
        terms,
        asking=work.actor.agency,
        has_case=await cases.open_case_id(work, client.id, work.actor.agency) is not None,
        closed=profiles()[work.actor.agency_kind].closed_categories,
        today=work.clock.today(),
    )


async def _signing_unmet(work: UnitOfWork, client: Client, form: Signatures) -> list[Unmet]:
    may_sign = await store.representatives(work, client.id, form.signed_on)
    named = {signature.relation_id for signature in form.signatures if signature.relation_id}
    signing = Signing(
        needed=law().signers[_capacity(work, client)],
        signers={signature.signer for signature in form.signatures},
        representative_on_record=bool(may_sign) and named <= may_sign,
    )
    return rules.signing_unmet(signing)


def _capacity(work: UnitOfWork, client: Client) -> LegalCapacity:
    born, decided = client.identity.date_of_birth, client.identity.legal_capacity
    figures = law()
    ages = Ages(figures.restricted_capacity_age.value, figures.majority_age.value, figures.capacity_under_that_age)
    age = age_on(born, work.clock.today()) if born else None
    return rules.capacity(age, LegalCapacity(decided) if decided else None, ages)


def _recorded(work: UnitOfWork, client: Client, form: ConsentOffer | ConsentForm) -> Consent:
    consent = Consent(
        id=new_id(),
        owner_agency=work.actor.agency,
        client_id=client.id,
        category=Category.CASE,
        declarations=[],
        signatures=[],
        terms=[],
        **_notice(work, form.notice_language),
        **form.model_dump(include=set(ConsentOffer.model_fields) - {"notice_language"}),
    )
    work.add(consent)
    return consent


def _notice(work: UnitOfWork, language: Language | None) -> dict[str, Any]:
    """Which notice was shown, if one was."""
    if language is None:
        return {}
    kind = work.actor.agency_kind
    notice = profiles()[kind].grounds.notice_on(work.clock.today())
    return {
        "notice_profile": kind,
        "notice_version": notice.version,
        "notice_language": language,
        "notice_digest": notice.digest(language),
    }


def _notice_shown(consent: Consent) -> NoticeShown | None:
    if consent.notice_profile is None or consent.notice_version is None:
        return None
    notice = profiles()[consent.notice_profile].grounds.notice(consent.notice_version)
    shown = NoticeShown.model_validate(
        {
            "version": consent.notice_version,
            "language": consent.notice_language,
            "digest": consent.notice_digest,
            "text": None,
        }
    )
    same = notice.digest(shown.language) == shown.digest
    return shown.model_copy(update={"text": notice.into(shown.language)}) if same else shown


async def _signed(work: UnitOfWork, consent: Consent, form: Signatures) -> Consent:
    consent.signed_on = form.signed_on
    consent.declarations = list(form.declarations.model_dump())
    consent.signatures = [
        ConsentSignature(**_scope(consent), signer=one.signer, relation_id=one.relation_id) for one in form.signatures
    ]
    await _put_in_force(work, consent)
    return consent


async def _put_in_force(work: UnitOfWork, consent: Consent) -> None:
    """Give the grant that the terms of the consent ask for, and keep the terms."""
    grant = await grants.give(
        work,
        consent.client_id,
        consent.grantee,
        map(Category, consent.categories),
        Ground.CONSENT,
        source_agency=consent.owner_agency,
        valid_from=work.clock.beginning_of(consent.valid_from),
        valid_until=work.clock.beginning_of(consent.valid_until + timedelta(days=1)),
    )
    consent.grant_id = grant.id
    terms = {name: getattr(consent, name) for name in ("categories", "valid_from", "valid_until")}
    consent.terms.append(ConsentTerms(**_scope(consent), grant_id=grant.id, since=work.clock.now(), **terms))


def _scope(consent: Consent) -> dict[str, Any]:
    return {"owner_agency": consent.owner_agency, "client_id": consent.client_id, "category": consent.category}


def _steps(consent: Consent) -> list[Step]:
    """What services have to have applied: earlier terms closed, the last ones opened, or closed when that is over."""
    *earlier, last = [terms.grant_id for terms in consent.terms]
    now = "opened" if consent.state in IN_FORCE else "closed"
    return [*((grant_id, "closed") for grant_id in earlier), (last, now)]


async def _applied(work: UnitOfWork, steps: Collection[Step]) -> dict[str, datetime]:
    """When each service that has applied every step applied the last of them."""
    said: dict[str, list[datetime]] = {}
    for row in await store.receipts(work, steps):
        said.setdefault(row.service, []).append(row.applied_at)
    return {service: max(times) for service, times in said.items() if len(times) == len(steps)}
