"""HTTP: begin an assessment, record what was found, complete it, read it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.assessment.assessments import service, store
from services.assessment.assessments.models import Assessment
from services.assessment.assessments.problems import AssessmentNotFound, AssessmentOfAnother, AssessmentRefused
from services.assessment.assessments.schemas import (
    AreaForm,
    AssessmentOut,
    AssessmentStart,
    AssessmentSummary,
    Completion,
    NeedForm,
    ProblemForm,
    ResourceForm,
)
from services.assessment.instruments.problems import InstrumentNotFound
from services.assessment.instruments.rules import LifeArea
from shared.actor import Role
from shared.http.clients import AskedClient
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, NoGround, PreconditionRequired, StaleVersion, problems
from shared.http.routing import InLanguage, Router, Work

PATH = "/assessments"
TAGS = ["Needs assessment"]
READERS = frozenset({Role.CASE_MANAGER, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER, Role.PERSON})

router = Router(prefix=PATH, tags=TAGS, roles={Role.CASE_MANAGER})
for_readers = Router(prefix=PATH, tags=TAGS, roles=READERS)


async def assessment_in_path(assessment_id: UUID, work: Work) -> Assessment:
    """The assessment of the path, under the actor's rights."""
    return await store.assessment(work, assessment_id)


async def draft_in_path(assessment_id: UUID, work: Work) -> Assessment:
    """The assessment of the path, held for change, if it may be changed and is as the caller has seen it."""
    draft = await store.assessment_to_change(work, assessment_id)
    service.refuse_unless_changeable(draft, work.actor)
    work.expect(draft)
    return draft


AssessmentInPath = Annotated[Assessment, Depends(assessment_in_path)]
DraftInPath = Annotated[Assessment, Depends(draft_in_path)]
CHANGE = problems(AssessmentNotFound, AssessmentOfAnother, AssessmentRefused, StaleVersion, Invalid)


@router.post("", status_code=201, responses=problems(InstrumentNotFound, AssessmentRefused, Invalid))
async def start_assessment(form: AssessmentStart, work: Work, language: InLanguage) -> AssessmentOut:
    """Begin an assessment as a draft. Look first whether another agency's may be used (GET with `client_id`)."""
    return await answered(work, await service.start(work, form), language)


@for_readers.get("", responses=problems(NoGround, Invalid))
async def list_assessments(client_id: AskedClient, work: Work, paging: Paged) -> Page[AssessmentSummary]:
    """Assessments of a client, newest first: the agency's own and those that another agency's client shares with it."""
    return (await service.of_client(work, client_id, paging)).shown(AssessmentSummary)


@for_readers.get("/{assessment_id}", responses=problems(AssessmentNotFound, Invalid))
async def read_assessment(assessment: AssessmentInPath, work: Work, language: InLanguage) -> AssessmentOut:
    """A whole assessment, with what may be done next."""
    return await answered(work, assessment, language)


@router.put("/{assessment_id}/areas/{area}", responses=CHANGE | problems(PreconditionRequired))
async def describe_area(
    draft: DraftInPath, area: LifeArea, form: AreaForm, work: Work, language: InLanguage
) -> AssessmentOut:
    """Replace what the client, the network and the case manager say of one life area (If-Match required)."""
    return await answered(work, await service.describe_area(work, draft, area, form), language)


@router.post("/{assessment_id}/problems", responses=CHANGE)
async def record_problem(draft: DraftInPath, form: ProblemForm, work: Work, language: InLanguage) -> AssessmentOut:
    """Add a problem; answers with the assessment, in which it stands last."""
    return await answered(work, await service.record_problem(work, draft, form), language)


@router.post("/{assessment_id}/resources", responses=CHANGE)
async def record_resource(draft: DraftInPath, form: ResourceForm, work: Work, language: InLanguage) -> AssessmentOut:
    """Add a resource of the client; answers with the assessment, in which it stands last."""
    return await answered(work, await service.record_resource(work, draft, form), language)


@router.post("/{assessment_id}/needs", responses=CHANGE)
async def record_need(draft: DraftInPath, form: NeedForm, work: Work, language: InLanguage) -> AssessmentOut:
    """Add a need; answers with the assessment, in which it stands last."""
    return await answered(work, await service.record_need(work, draft, form), language)


@router.post("/{assessment_id}/completion", responses=CHANGE)
async def complete_assessment(draft: DraftInPath, form: Completion, work: Work, language: InLanguage) -> AssessmentOut:
    """Complete the assessment with its summary. It stays as it is from then on."""
    return await answered(work, await service.complete(work, draft, form), language)


async def answered(work: Work, assessment: Assessment, language: InLanguage) -> AssessmentOut:
    """The assessment with what the actor may do next."""
    await work.flush()
    return await work.answer(AssessmentOut, assessment, of=service.view(assessment, work.actor, language))
