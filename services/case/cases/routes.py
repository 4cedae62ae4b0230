"""HTTP: open a case, tell the problem, decide, note contacts."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.case.cases import service, store
from services.case.cases.models import Case
from services.case.cases.problems import CaseNotFound, CaseRefused, DecisionRefused
from services.case.cases.schemas import (
    CaseOpening,
    CaseOut,
    ContactForm,
    ContactOut,
    DecisionForm,
    PresenceOut,
    ProblemForm,
    ProblemOut,
    View,
)
from services.case.clients.problems import ClientNotFound
from services.case.clients.routes import ClientInPath
from shared.http.clients import ClientId
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, StaleVersion, problems
from shared.http.routing import API, InLanguage, Router, Work

router = Router(tags=["Cases"])


async def case_in_path(case_id: UUID, work: Work) -> Case:
    """The case of the path, under the actor's rights."""
    return await store.case(work, case_id)


CaseInPath = Annotated[Case, Depends(case_in_path)]


@router.post("/clients/{client_id}/cases", status_code=201, responses=problems(ClientNotFound, CaseRefused, Invalid))
async def open_case(client_id: ClientId, opening: CaseOpening, work: Work, language: InLanguage) -> CaseOut:
    """Open the agency's own case on the shared record."""
    case = await service.open_case(work, client_id, opening)
    return await answered(work, case, language)


@router.get("/clients/{client_id}/cases", responses=problems(ClientNotFound))
async def list_involved_agencies(client: ClientInPath, work: Work) -> list[PresenceOut]:
    """Which agencies have a case with the client and who coordinates it, as far as the agency may know."""
    return [PresenceOut.model_validate(presence) for presence in await store.presences(work, client.id)]


@router.get("/cases")
async def list_cases(work: Work, paging: Paged, language: InLanguage) -> Page[CaseOut]:
    """The agency's own cases, newest first."""
    found = await store.of_agency(work, paging)
    agreed = await store.with_agreement(work, found.rows)
    return Page(items=[CaseOut.of(View(case, case.id in agreed, language)) for case in found.rows], next=found.next)


@router.get("/cases/{case_id}", responses=problems(CaseNotFound))
async def read_case(case: CaseInPath, work: Work, language: InLanguage) -> CaseOut:
    """One case of the agency, with what may be done next."""
    return await answered(work, case, language)


@router.post("/cases/{case_id}/problems", status_code=201, responses=problems(CaseNotFound, Invalid))
async def tell_problem(case: CaseInPath, form: ProblemForm, work: Work) -> ProblemOut:
    """Record a problem as one informant tells it (form A, part 2)."""
    return ProblemOut.of(await service.tell_problem(work, case, form))


@router.get("/cases/{case_id}/problems", responses=problems(CaseNotFound))
async def list_problems(case: CaseInPath, work: Work) -> list[ProblemOut]:
    """What was told of the problem."""
    return [ProblemOut.of(problem) for problem in await store.problems(work, case.id)]


@router.post(
    "/cases/{case_id}/initial-decision", responses=problems(CaseNotFound, DecisionRefused, StaleVersion, Invalid)
)
async def decide(case: CaseInPath, form: DecisionForm, work: Work, language: InLanguage) -> CaseOut:
    """Make the initial decision: refer, single service, or case management (form A, part 6)."""
    return await answered(work, await service.decide(work, case, form), language)


@router.post("/cases/{case_id}/contacts", status_code=201, responses=problems(CaseNotFound, Invalid))
async def note_contact(case: CaseInPath, form: ContactForm, work: Work) -> ContactOut:
    """Note that the client was served."""
    return ContactOut.model_validate(await service.note_contact(work, case, form))


async def answered(work: Work, case: Case, language: InLanguage) -> CaseOut:
    """The case with its agreement looked up."""
    agreed = await store.with_agreement(work, [case])
    return await work.answer(CaseOut, case, of=View(case, case.id in agreed, language), at=f"{API}/cases")
