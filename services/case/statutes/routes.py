"""HTTP: rest on a legal code, read the claims, end one."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.case.clients.problems import ClientNotFound
from services.case.clients.routes import ClientInPath
from services.case.statutes import service, store
from services.case.statutes.models import StatutoryClaim
from services.case.statutes.problems import StatutoryClaimNotFound, StatutoryClaimRefused
from services.case.statutes.schemas import StatutoryClaimForm, StatutoryClaimOut
from shared.actor import Role
from shared.http.clients import ClientId
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, StaleVersion, problems
from shared.http.routing import OFFICERS, Router, Work

PATH = "/clients/{client_id}/statutory-claims"
TAGS = ["Sharing the record"]

router = Router(prefix=PATH, tags=TAGS)
for_the_person_too = Router(prefix=PATH, tags=TAGS, roles=OFFICERS | {Role.PERSON})


async def claim_in_path(client_id: ClientId, claim_id: UUID, work: Work) -> StatutoryClaim:
    """The claim of the path, under the actor's rights."""
    return await store.claim(work, client_id, claim_id)


ClaimInPath = Annotated[StatutoryClaim, Depends(claim_in_path)]


@router.post("", status_code=201, responses=problems(ClientNotFound, StatutoryClaimRefused, Invalid))
async def claim_statute(client: ClientInPath, form: StatutoryClaimForm, work: Work) -> StatutoryClaimOut:
    """Rest on a legal code of the agency's profile, with a written reason, to see others' data about the client."""
    return await work.answer(StatutoryClaimOut, await service.claim(work, client.id, form))


@for_the_person_too.get("")
async def list_statutory_claims(client_id: ClientId, work: Work, paging: Paged) -> Page[StatutoryClaimOut]:
    """Claims about the client: the agency's own, or, for the person, all of them."""
    return (await store.of_client(work, client_id, paging)).shown(StatutoryClaimOut)


@for_the_person_too.get("/{claim_id}", responses=problems(StatutoryClaimNotFound))
async def read_statutory_claim(claimed: ClaimInPath, work: Work) -> StatutoryClaimOut:
    """One claim."""
    return await work.answer(StatutoryClaimOut, claimed)


@router.post("/{claim_id}/ending", responses=problems(StatutoryClaimNotFound, StaleVersion))
async def end_statutory_claim(claimed: ClaimInPath, work: Work) -> StatutoryClaimOut:
    """Close the door before its time: the data are no longer needed."""
    return await work.answer(StatutoryClaimOut, await service.end(work, claimed))
