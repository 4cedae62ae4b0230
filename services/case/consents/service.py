"""Use cases of consents: one unit of work each."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from services.case.cases import store as cases
from services.case.clients.models import Client
from services.case.clients.rules import LegalCapacity, age_on
from services.case.clients.service import source_of
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
from services.case.parts.rules import RepresentationBasis
from services.case.profiles.rules import Signer
from services.case.profiles.store import law, profiles
from services.case.receipts import once_complete
from shared.access.categories import Category, Ground
from shared.actor import Role
from shared.db.work import UnitOfWork
from shared.ids import new_id
from shared.labels import OFFICIAL, Language
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
        offered_on=work.clock.day_of(consent.created_at),
        signed_on=form.signed_on,
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
    """Close the door for good, or decline an offer; answers when each service had closed it. Once is enough."""
    work.expect(consent)
    if consent.withdrawn_at is None:
        _refuse(rules.withdrawal_unmet(consent.state, signed=consent.signed_on is not None))
        consent.withdrawn_at = work.clock.now()
        consent.withdrawn_by, consent.withdrawn_through = work.actor.account, source_of(work).system
        consent.withdrawal_reason = withdrawal.reason
        if consent.grant_id is not None:
            await grants.take_back(work, await store.grant(work, consent.grant_id))
    return await once_complete(work, lambda: withdrawal_receipt(work, consent))


async def withdrawal_receipt(work: UnitOfWork, consent: Consent) -> WithdrawalReceipt:
    """When each service had applied the withdrawal, as far as they have said so."""
    if consent.withdrawn_at is None:
        raise NotWithdrawn
    services = await _applied_by_each(work, consent, consent.withdrawn_at) if consent.terms else []
    return WithdrawalReceipt(
        consent_id=consent.id,
        withdrawn_at=consent.withdrawn_at,
        withdrawn_by=consent.withdrawn_by,
        withdrawn_through=consent.withdrawn_through,
        complete=all(applied.applied_at for applied in services),
        services=services,
    )


async def receipt(work: UnitOfWork, consent: Consent) -> ConsentReceipt:
    """All there is to show of a consent that was signed."""
    if consent.signed_on is None:
        raise NotSigned
    here = consent.withdrawn_at or consent.expired_at or consent.terms[-1].since
    services = await _applied_by_each(work, consent, here)
    same = (
        *("client_id", "state", "grantee", "purpose", "declarations", "signatures", "signed_on", "terms"),
        *("recorded_by", "recorded_through", "withdrawn_at", "withdrawn_by", "withdrawn_through", "expired_at"),
    )
    return ConsentReceipt.model_validate(
        {
            **{name: getattr(consent, name) for name in same},
            "consent_id": consent.id,
            "source_agency": consent.owner_agency,
            "notice": _notice_shown(consent),
            "complete": all(applied.applied_at for applied in services),
            "services": services,
        }
    )


def _refuse(unmet: list[Unmet]) -> None:
    if unmet:
        raise ConsentRefused(unmet)


async def _terms_unmet(work: UnitOfWork, client: Client, terms: Terms) -> list[Unmet]:
    profile, today = profiles()[work.actor.agency_kind], work.clock.today()
    return rules.terms_unmet(
        terms,
        asking=work.actor.agency,
        has_case=await cases.open_case_id(work, client.id, work.actor.agency) is not None,
        grantee_known=work.kind_of(terms.grantee) in profiles(),
        has_notice=profile.grounds.notice_on(today) is not None,
        closed=profile.never_by_consent,
        today=today,
    )


async def _signing_unmet(work: UnitOfWork, client: Client, form: Signatures) -> list[Unmet]:
    needed, entitling = _who_signs(client, form.signed_on)
    signing = Signing(
        needed=needed,
        signers={signature.signer for signature in form.signatures},
        signed_on=form.signed_on,
        by_the_person=work.actor.has(Role.PERSON),
        named={signature.relation_id for signature in form.signatures if signature.relation_id},
        on_record=await store.representatives(work, client.id, form.signed_on),
        entitling=entitling,
    )
    return rules.signing_unmet(signing, work.clock.today())


def _who_signs(client: Client, day: date) -> tuple[Collection[Signer], Collection[RepresentationBasis]]:
    """Who has to sign for the client on a day, and on which bases a representative does.

    Without a case, which a consent takes, the actor may not see the identity: then the age counts as unknown.
    """
    figures, identity = law(), client.identity
    born, decided = (identity.date_of_birth, identity.legal_capacity) if identity else (None, None)
    ages = Ages(
        restricted=figures.restricted_capacity_age.value,
        majority=figures.majority_age.value,
        before=figures.capacity_under_that_age,
        unknown=figures.unknown_age_capacity,
    )
    age = age_on(born, day) if born else None
    capacity = rules.capacity(age, LegalCapacity(decided) if decided else None, ages)
    return figures.signers[capacity], figures.representatives[rules.represented(age, capacity, ages)].bases


def _recorded(work: UnitOfWork, client: Client, form: ConsentOffer | ConsentForm) -> Consent:
    consent = Consent(
        id=new_id(),
        owner_agency=work.actor.agency,
        client_id=client.id,
        category=Category.CASE,
        declarations=[],
        signatures=[],
        terms=[],
        **_by(work),
        **_notice(work, client, form.notice_language),
        **form.model_dump(include=set(ConsentOffer.model_fields) - {"notice_language"}),
    )
    work.add(consent)
    return consent


def _notice(work: UnitOfWork, client: Client, said: Language | None) -> dict[str, Any]:
    """Which notice was shown, in the client's language unless another is said; Estonian where that is not known."""
    kind = work.actor.agency_kind
    notice = profiles()[kind].grounds.notice_on(work.clock.today())
    assert notice is not None
    language = said or (client.contact and client.contact.preferred_language) or OFFICIAL
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
    scope = _scope(consent) | _by(work)
    consent.signatures = [
        ConsentSignature(**scope, signer=one.signer, relation_id=one.relation_id) for one in form.signatures
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
    said = ConsentTerms(**_scope(consent), **_by(work), grant_id=grant.id, since=work.clock.now(), **terms)
    consent.terms.append(said)


def _scope(consent: Consent) -> dict[str, Any]:
    return {"owner_agency": consent.owner_agency, "client_id": consent.client_id, "category": consent.category}


def _by(work: UnitOfWork) -> dict[str, str]:
    """Who records it, and by which system."""
    return {"recorded_by": work.actor.account, "recorded_through": source_of(work).system}


def _steps(consent: Consent) -> list[Step]:
    """What services have to have applied: earlier terms closed, the last ones opened, or closed when that is over."""
    *earlier, last = [terms.grant_id for terms in consent.terms]
    now = "opened" if consent.state in IN_FORCE else "closed"
    return [*((grant_id, "closed") for grant_id in earlier), (last, now)]


async def _applied_by_each(work: UnitOfWork, consent: Consent, here: datetime) -> list[Applied]:
    """When each service had applied what became of the consent, this one included."""
    return Applied.by_each(await _applied(work, _steps(consent)) | {"case": here})


async def _applied(work: UnitOfWork, steps: Collection[Step]) -> dict[str, datetime]:
    """When each service that has applied every step applied the last of them."""
    said: dict[str, list[datetime]] = {}
    for row in await store.receipts(work, steps):
        said.setdefault(row.service, []).append(row.applied_at)
    return {service: max(times) for service, times in said.items() if len(times) == len(steps)}
