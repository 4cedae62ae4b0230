"""HTTP: order an erasure, see how far it is, get the certificate."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.case.clients.problems import ClientNotFound
from services.case.erasures import service, store
from services.case.erasures.certificate import certify, on_paper
from services.case.erasures.models import ErasureOrder
from services.case.erasures.problems import ErasureNotFound, ErasureRefused
from services.case.erasures.schemas import Certificate, ErasureForm, ErasureOut
from shared.actor import Role
from shared.http.clients import ClientId
from shared.http.forms import AS_PDF, PDF, InForm, NotAcceptable
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, problems
from shared.http.routing import API, InLanguage, Router, Work
from shared.rights.schemas import Owned

TAGS = ["Rights of the person"]

router = Router(tags=TAGS, roles={Role.DATA_PROTECTION_OFFICER})
for_the_person_too = Router(tags=TAGS, roles={Role.DATA_PROTECTION_OFFICER, Role.PERSON})


async def order_in_path(order_id: UUID, work: Work) -> ErasureOrder:
    """The order of the path, under the actor's rights."""
    return await store.order(work, order_id)


async def elsewhere(client_id: UUID, form: ErasureForm, work: Work) -> list[Owned]:
    """What other services hold, asked before anybody is let wait.

    And others are let wait before the client is looked for: who has looked makes others who order wait.
    """
    asked = form.terms(work.actor.agency).minds_other_services
    held = await service.held_elsewhere(work, [client_id]) if asked else []
    await service.one_at_a_time(work)
    return held


Elsewhere = Annotated[list[Owned], Depends(elsewhere)]
OrderInPath = Annotated[ErasureOrder, Depends(order_in_path)]


@router.post(
    "/clients/{client_id}/erasures",
    status_code=201,
    responses=problems(ClientNotFound, ErasureRefused, Invalid),
)
async def order_erasure(held: Elsewhere, client_id: ClientId, form: ErasureForm, work: Work) -> ErasureOut:
    """Have everything erased that is held of a client, or the own agency's rows, or some categories of them.

    This service erases before it answers; the others do when the order reaches them, and answer with signed statements.
    """
    order = await service.order(work, client_id, form, held)
    return await work.answer(ErasureOut, order, at=f"{API}/erasures")


@for_the_person_too.get("/clients/{client_id}/erasures")
async def list_erasures(client_id: ClientId, work: Work, paging: Paged) -> Page[ErasureOut]:
    """Erasures ordered about a client: those of the agency, or, for the person, all of them; newest first."""
    return (await store.of_client(work, client_id, paging)).shown(ErasureOut)


@for_the_person_too.get("/erasures/{order_id}", responses=problems(ErasureNotFound))
async def read_erasure(order: OrderInPath, work: Work) -> ErasureOut:
    """One order, and which services have carried it out."""
    return await work.answer(ErasureOut, order)


@for_the_person_too.get(
    "/erasures/{order_id}/certificate",
    response_model=Certificate,
    responses={200: AS_PDF, **problems(ErasureNotFound, NotAcceptable)},
)
async def read_certificate(
    order: OrderInPath, form: InForm, work: Work, language: InLanguage, response: Response
) -> Certificate | Response:
    """What each service states, signed, that it has erased and kept, and what an erasure does not reach."""
    certificate = certify(work, order, language)
    vary = {"Vary": "Accept, Accept-Language"}
    if form == PDF:
        return Response(await on_paper(certificate, language), media_type=PDF, headers=vary)
    response.headers.update(vary)
    return certificate
