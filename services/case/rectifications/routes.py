"""HTTP: ask to have the record put right, see what became of it, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.case.clients.problems import ClientNotFound
from services.case.clients.routes import ClientInPath
from services.case.rectifications import service, store
from services.case.rectifications.models import Rectification
from services.case.rectifications.problems import RectificationNotFound, RectificationRefused
from services.case.rectifications.schemas import AnswerForm, RectificationForm, RectificationOut
from shared.actor import Role
from shared.http.clients import ClientId
from shared.http.paging import Page, Paged, Slice
from shared.http.problems import Invalid, StaleVersion, problems
from shared.http.routing import API, OFFICERS, InLanguage, Router, Work
from shared.labels import Language

TAGS = ["Rights of the person"]

router = Router(prefix="/rectifications", tags=TAGS)
for_the_person_too = Router(tags=TAGS, roles=OFFICERS | {Role.PERSON})


async def rectification_in_path(rectification_id: UUID, work: Work) -> Rectification:
    """The request of the path, under the actor's rights."""
    return await store.request(work, rectification_id)


RectificationInPath = Annotated[Rectification, Depends(rectification_in_path)]


@for_the_person_too.post(
    "/clients/{client_id}/rectifications",
    status_code=201,
    responses=problems(ClientNotFound, RectificationRefused, Invalid),
)
async def ask_for_rectification(
    client: ClientInPath, form: RectificationForm, work: Work, language: InLanguage
) -> RectificationOut:
    """Say which fields of a section are wrong and what they should say; asked by the person, or for them.

    The agency that answers for the section owes an answer within the time that law gives.
    """
    return await _shown(work, await service.ask(work, client, form), language)


@for_the_person_too.get("/clients/{client_id}/rectifications")
async def list_rectifications(
    client_id: ClientId, work: Work, paging: Paged, language: InLanguage
) -> Page[RectificationOut]:
    """Requests about a client and what became of each, newest first."""
    return await _listed(work, await store.of_client(work, client_id, paging), language)


@for_the_person_too.get("/rectifications/{rectification_id}", responses=problems(RectificationNotFound))
async def read_rectification(request: RectificationInPath, work: Work, language: InLanguage) -> RectificationOut:
    """One request: what is claimed, until when an answer is due, and what it was."""
    return await _shown(work, request, language)


@router.get("")
async def list_open_rectifications(work: Work, paging: Paged, language: InLanguage) -> Page[RectificationOut]:
    """Requests that the agency has to answer, overdue ones first."""
    return await _listed(work, await store.open_of_agency(work, paging), language)


@router.post(
    "/{rectification_id}/answer",
    responses=problems(RectificationNotFound, RectificationRefused, StaleVersion, Invalid),
)
async def answer_rectification(
    request: RectificationInPath, form: AnswerForm, work: Work, language: InLanguage
) -> RectificationOut:
    """Accept all of the claimed values, some or none; what is accepted is in force at once."""
    return await _shown(work, await service.answer(work, request, form), language)


async def _shown(work: Work, request: Rectification, language: Language) -> RectificationOut:
    await work.flush()
    (view,) = await service.views(work, [request], language)
    return await work.answer(RectificationOut, request, of=view, at=f"{API}/rectifications")


async def _listed(work: Work, found: Slice[Rectification], language: Language) -> Page[RectificationOut]:
    shown = [RectificationOut.of(view) for view in await service.views(work, found.rows, language)]
    return Page(items=shown, next=found.next)
