"""Use cases of assessments: one unit of work each."""

from typing import Any
from uuid import UUID

from services.assessment.assessments import rules, store
from services.assessment.assessments.models import (
    AssessedNeed,
    AssessedProblem,
    AssessedResource,
    Assessment,
)
from services.assessment.assessments.problems import AssessmentOfAnother, AssessmentRefused
from services.assessment.assessments.rules import Standing
from services.assessment.assessments.schemas import (
    AreaForm,
    AssessmentStart,
    Completion,
    NeedForm,
    ProblemForm,
    ResourceForm,
    View,
)
from services.assessment.instruments.definition import Instrument
from services.assessment.instruments.problems import InstrumentNotFound
from services.assessment.instruments.rules import LifeArea
from services.assessment.instruments.store import library
from shared.access.categories import Category
from shared.access.grounds import refuse_if_shut_out
from shared.actor import Actor, Role
from shared.db.work import UnitOfWork
from shared.events.catalog.assessment import AssessmentCompleted
from shared.http.paging import Paging, Slice
from shared.http.problems import Invalid, InvalidField
from shared.ids import new_id
from shared.labels import Language
from shared.rules import Unmet


async def start(work: UnitOfWork, form: AssessmentStart) -> Assessment:
    """Begin a draft with the newest published version of the instrument."""
    instrument = library().newest(form.instrument)
    if instrument is None:
        raise InstrumentNotFound
    _refuse(rules.unmet_for_start(instrument.kinds, form.kind))
    assessment = Assessment(
        id=new_id(),
        owner_agency=work.actor.agency,
        category=instrument.category.of(work.actor.agency_kind),
        assessor=work.actor.officer,
        instrument_version=instrument.version,
        changed_at=work.clock.now(),
        area_entries=[],
        problems=[],
        resources=[],
        needs=[],
        **form.model_dump(),
    )
    work.add(assessment)
    return assessment


async def describe_area(work: UnitOfWork, draft: Assessment, area: LifeArea, form: AreaForm) -> Assessment:
    """Replace what is said of one life area."""
    _refuse(rules.unmet_for_area(instrument_of(draft).area_codes, area))
    entry = draft.area(area)
    for column, words in form.model_dump().items():
        setattr(entry, column, words)
    draft.touched(work.clock.now())
    return draft


async def record_problem(work: UnitOfWork, draft: Assessment, form: ProblemForm) -> Assessment:
    """Add a problem."""
    draft.problems.append(AssessedProblem(**_part(draft, form)))
    draft.touched(work.clock.now())
    return draft


async def record_resource(work: UnitOfWork, draft: Assessment, form: ResourceForm) -> Assessment:
    """Add a resource of a kind that the instrument knows."""
    _refuse(rules.unmet_for_resource(instrument_of(draft).resource_codes, form.kind))
    draft.resources.append(AssessedResource(**_part(draft, form)))
    draft.touched(work.clock.now())
    return draft


async def record_need(work: UnitOfWork, draft: Assessment, form: NeedForm) -> Assessment:
    """Add a need, in a life area that is asked about and, if it names a problem, in one of this assessment."""
    _refuse(rules.unmet_for_area(instrument_of(draft).area_codes, form.area))
    if form.problem_id not in {None, *(problem.id for problem in draft.problems)}:
        raise Invalid(errors=[_NO_SUCH_PROBLEM])
    draft.needs.append(AssessedNeed(**_part(draft, form)))
    draft.touched(work.clock.now())
    return draft


async def complete(work: UnitOfWork, draft: Assessment, form: Completion) -> Assessment:
    """Close the draft for good with the assessor's summary, and tell in which life areas there are needs."""
    instrument = instrument_of(draft)
    _refuse(rules.unmet_for_completion(instrument.completion, draft.findings, standing(draft, work.actor)))
    draft.summary = form.summary
    draft.complex_need = rules.is_complex(draft.need_areas, instrument.complex_need.areas)
    draft.completed_at = work.clock.now()
    draft.touched(draft.completed_at)
    work.announce(_completed(draft, complex_need=draft.complex_need), of=draft)
    return draft


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Assessment]:
    """Assessments of a client; an agency that has none and is let into none is told what would let it in."""
    found = await store.of_client(work, client_id, paging)
    await refuse_if_shut_out(work, found, client_id, Category.NEEDS)
    return found


def refuse_unless_changeable(draft: Assessment, actor: Actor) -> None:
    """Another agency's assessment is not the actor's to change, and a completed one is nobody's."""
    stands = standing(draft, actor)
    if unmet := rules.unmet_for_change(stands):
        raise AssessmentRefused(unmet) if stands.is_own else AssessmentOfAnother(unmet=unmet)


def view(assessment: Assessment, actor: Actor, language: Language) -> View:
    """The assessment with what the actor may do next."""
    allowed = rules.actions(instrument_of(assessment).completion, assessment.findings, standing(assessment, actor))
    return View(assessment, allowed, language)


def standing(assessment: Assessment, actor: Actor) -> Standing:
    """How the assessment stands towards the actor."""
    is_own = assessment.owner_agency == actor.agency
    return Standing(
        is_own=is_own,
        is_completed=assessment.completed_at is not None,
        is_assessor=is_own and assessment.assessor == actor.officer,
        is_case_manager=actor.has(Role.CASE_MANAGER),
    )


def instrument_of(assessment: Assessment) -> Instrument:
    """The version that the assessment is made by."""
    return library()[assessment.instrument, assessment.instrument_version]


_NO_SUCH_PROBLEM = InvalidField(
    pointer="/problem_id", code="unknown_problem", detail="This assessment has no such problem."
)


def _completed(assessment: Assessment, *, complex_need: bool) -> AssessmentCompleted:
    return AssessmentCompleted(
        client_id=assessment.client_id,
        case_id=assessment.case_id,
        assessment_id=assessment.id,
        instrument=assessment.instrument,
        instrument_version=assessment.instrument_version,
        areas=sorted(assessment.need_areas),
        complex_need=complex_need,
    )


def _part(draft: Assessment, form: ProblemForm | ResourceForm | NeedForm) -> dict[str, Any]:
    return {"id": new_id(), **draft.scope, **form.model_dump()}


def _refuse(unmet: list[Unmet]) -> None:
    if unmet:
        raise AssessmentRefused(unmet)
