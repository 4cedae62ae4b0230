"""HTTP: offer, sign, narrow and withdraw consents; read them and their receipts."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.case.clients.problems import ClientNotFound
from services.case.clients.routes import ClientInPath
from services.case.consents import service, store
from services.case.consents.models import Consent
from services.case.consents.problems import ConsentNotFound, ConsentRefused, NotSigned, NotWithdrawn
from services.case.consents.schemas import (
    ConsentForm,
    ConsentOffer,
    ConsentOut,
    ConsentReceipt,
    Narrowing,
    Signatures,
    Withdrawal,
    WithdrawalReceipt,
)
from shared.actor import Role
from shared.http.clients import ClientId
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, StaleVersion, problems
from shared.http.routing import API, OFFICERS, Router, Work

PATH = "/clients/{client_id}/consents"
TAGS = ["Sharing the record"]

router = Router(prefix=PATH, tags=TAGS)
for_the_person_too = Router(prefix=PATH, tags=TAGS, roles=OFFICERS | {Role.PERSON})


async def consent_in_path(client_id: ClientId, consent_id: UUID, work: Work) -> Consent:
    """The consent of the path, under the actor's rights."""
    return await store.consent(work, client_id, consent_id)


ConsentInPath = Annotated[Consent, Depends(consent_in_path)]


@router.post("", status_code=201, responses=problems(ClientNotFound, ConsentRefused, Invalid))
async def sign_consent(client: ClientInPath, form: ConsentForm, work: Work) -> ConsentOut:
    """Record that the client agrees to share categories of data with one agency (form A2)."""
    return await work.answer(ConsentOut, await service.sign(work, client, form))


@router.post("/offers", status_code=201, responses=problems(ClientNotFound, ConsentRefused, Invalid))
async def offer_consent(client: ClientInPath, form: ConsentOffer, work: Work) -> ConsentOut:
    """Put terms before the client, with the notice of the agency in the client's language; opens nothing yet."""
    consent = await service.offer(work, client, form)
    return await work.answer(ConsentOut, consent, at=f"{API}{PATH.format(client_id=client.id)}")


@for_the_person_too.get("")
async def list_consents(client_id: ClientId, work: Work, paging: Paged) -> Page[ConsentOut]:
    """Consents of the client: those the agency recorded, or, for the person, all of them."""
    return (await store.of_client(work, client_id, paging)).shown(ConsentOut)


@for_the_person_too.get("/{consent_id}", responses=problems(ConsentNotFound))
async def read_consent(consent: ConsentInPath, work: Work) -> ConsentOut:
    """One consent."""
    return await work.answer(ConsentOut, consent)


@for_the_person_too.post(
    "/{consent_id}/signature",
    responses=problems(ClientNotFound, ConsentNotFound, ConsentRefused, StaleVersion, Invalid),
)
async def sign_offered_consent(
    client: ClientInPath, consent: ConsentInPath, form: Signatures, work: Work
) -> ConsentOut:
    """Agree to what was offered: by the person, or recorded by an officer of the agency that offered it."""
    return await work.answer(ConsentOut, await service.sign_offer(work, client, consent, form))


@for_the_person_too.post(
    "/{consent_id}/narrowing", responses=problems(ConsentNotFound, ConsentRefused, StaleVersion, Invalid)
)
async def narrow_consent(consent: ConsentInPath, narrowing: Narrowing, work: Work) -> ConsentReceipt:
    """Let a consent open fewer categories, or end earlier; answers when each service had applied it."""
    return await service.narrow(work, consent, narrowing)


@for_the_person_too.get("/{consent_id}/receipt", responses=problems(ConsentNotFound, NotSigned))
async def read_consent_receipt(consent: ConsentInPath, work: Work) -> ConsentReceipt:
    """All there is to show of a consent: terms, notice, declarations, signatures, and when services applied it."""
    return await service.receipt(work, consent)


@for_the_person_too.post("/{consent_id}/withdrawal", responses=problems(ConsentNotFound, ConsentRefused, StaleVersion))
async def withdraw_consent(consent: ConsentInPath, withdrawal: Withdrawal, work: Work) -> WithdrawalReceipt:
    """Withdraw a consent; answers with the time at which each service had applied it."""
    return await service.withdraw(work, consent, withdrawal)


@for_the_person_too.get("/{consent_id}/withdrawal", responses=problems(ConsentNotFound, NotWithdrawn))
async def read_withdrawal_receipt(consent: ConsentInPath, work: Work) -> WithdrawalReceipt:
    """When each service had applied the withdrawal."""
    return await service.withdrawal_receipt(work, consent)
