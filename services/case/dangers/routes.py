"""HTTP: claim that danger leaves no time for consent, read the claims."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.case.clients.problems import ClientNotFound
from services.case.dangers import service, store
from services.case.dangers.models import DangerClaim
from services.case.dangers.problems import DangerClaimNotFound, DangerClaimRefused
from services.case.dangers.schemas import DangerClaimForm, DangerClaimOut
from shared.http.clients import ClientId
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, problems
from shared.http.routing import Router, Work

router = Router(prefix="/clients/{client_id}/danger-claims", tags=["Sharing the record"])


async def claim_in_path(client_id: ClientId, claim_id: UUID, work: Work) -> DangerClaim:
    """The claim of the path, under the actor's rights."""
    claimed = await store.claim(work, client_id, claim_id)
    service.keep_from_client(work, [claimed])
    return claimed


async def client_in_danger(client_id: ClientId, work: Work) -> UUID:
    """The client of the path, if the agency may claim danger about them."""
    return await service.in_danger(work, client_id)


ClientInDanger = Annotated[UUID, Depends(client_in_danger)]
ClaimInPath = Annotated[DangerClaim, Depends(claim_in_path)]


@router.post("", status_code=201, responses=problems(ClientNotFound, DangerClaimRefused, Invalid))
async def claim_danger(client_id: ClientInDanger, form: DangerClaimForm, work: Work) -> DangerClaimOut:
    """See others' data at once because life, health or a crime is at stake. A supervisor reviews every claim.

    An agency whose profile says so may claim it of anybody whom a search finds, with no case and no view of the record.
    """
    return await work.answer(DangerClaimOut, await service.claim(work, client_id, form))


@router.get("")
async def list_danger_claims(client_id: ClientId, work: Work, paging: Paged) -> Page[DangerClaimOut]:
    """The agency's claims about the client, newest first."""
    found = await store.of_client(work, client_id, paging)
    service.keep_from_client(work, found.rows)
    return found.shown(DangerClaimOut)


@router.get("/{claim_id}", responses=problems(DangerClaimNotFound))
async def read_danger_claim(claimed: ClaimInPath, work: Work) -> DangerClaimOut:
    """One claim."""
    return await work.answer(DangerClaimOut, claimed)
