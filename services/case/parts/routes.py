"""HTTP: relations and earlier assessments on the record."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from services.case.clients.problems import ChangeRefused, ClientNotFound
from services.case.clients.routes import ClientInPath, ClientToChange, record_of
from services.case.clients.schemas import ClientOut
from services.case.parts import service
from services.case.parts.models import EarlierAssessment, Relation
from services.case.parts.problems import PartNotFound
from services.case.parts.schemas import (
    EarlierAssessmentFacts,
    EarlierAssessmentListed,
    Ending,
    InverseRelation,
    RelationFacts,
    RelationListed,
)
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, NoGround, PreconditionRequired, StaleVersion, problems
from shared.http.routing import Router, Work

router = Router(prefix="/clients/{client_id}", tags=["The client record"])

ADDED = problems(ClientNotFound, StaleVersion, ChangeRefused, Invalid)
CHANGED = problems(PartNotFound, ClientNotFound, StaleVersion, ChangeRefused, Invalid, PreconditionRequired)
ENDED = problems(PartNotFound, ClientNotFound, StaleVersion, ChangeRefused, Invalid)


async def relation_in_path(client: ClientToChange, relation_id: Annotated[UUID, Path()]) -> Relation:
    """The relation of the path, on a record that is held for change."""
    return service.part_of(client, Relation, relation_id)


async def earlier_assessment_in_path(
    client: ClientToChange, assessment_id: Annotated[UUID, Path()]
) -> EarlierAssessment:
    """The earlier assessment of the path, on a record that is held for change."""
    return service.part_of(client, EarlierAssessment, assessment_id)


RelationInPath = Annotated[Relation, Depends(relation_in_path)]
EarlierAssessmentInPath = Annotated[EarlierAssessment, Depends(earlier_assessment_in_path)]


@router.get("/relations", responses=problems(ClientNotFound, NoGround))
async def list_relations(client: ClientInPath, work: Work, paging: Paged) -> Page[RelationListed]:
    """Legal representatives and family living with the client, those that have ended too, last recorded first."""
    return await service.relations(work, client, paging)


@router.post("/relations", responses=ADDED)
async def add_relation(client: ClientToChange, facts: RelationFacts, work: Work) -> ClientOut:
    """Add a legal representative or a family member. It belongs to the agency that adds it. Answers the record."""
    return await record_of(work, await service.add(work, client, Relation, facts))


@router.put("/relations/{relation_id}", responses=CHANGED)
async def correct_relation(
    client: ClientToChange, relation: RelationInPath, facts: RelationFacts, work: Work
) -> ClientOut:
    """Let a relation say otherwise (If-Match of the record required); what it said stays as its history."""
    return await record_of(work, await service.correct(work, client, relation, facts))


@router.post("/relations/{relation_id}/ending", responses=ENDED)
async def end_relation(client: ClientToChange, relation: RelationInPath, ending: Ending, work: Work) -> ClientOut:
    """Take a relation off the record, as it is over or was never true. It stays in the list with who ended it."""
    return await record_of(work, await service.end(work, client, relation, ending.reason))


@router.get("/inverse-relations", responses=problems(ClientNotFound))
async def list_inverse_relations(client: ClientInPath, work: Work, paging: Paged) -> Page[InverseRelation]:
    """On whose records the client is named, as far as the agency may see these, last recorded first."""
    return await service.inverse_relations(work, client, paging)


@router.get("/earlier-assessments", responses=problems(ClientNotFound, NoGround))
async def list_earlier_assessments(client: ClientInPath, work: Work, paging: Paged) -> Page[EarlierAssessmentListed]:
    """Assessments made before, those taken off the record too, last recorded first."""
    return await service.earlier_assessments(work, client, paging)


@router.post("/earlier-assessments", responses=ADDED)
async def add_earlier_assessment(client: ClientToChange, facts: EarlierAssessmentFacts, work: Work) -> ClientOut:
    """Add an assessment made before. It belongs to the agency that adds it. Answers the record."""
    return await record_of(work, await service.add(work, client, EarlierAssessment, facts))


@router.put("/earlier-assessments/{assessment_id}", responses=CHANGED)
async def correct_earlier_assessment(
    client: ClientToChange, assessment: EarlierAssessmentInPath, facts: EarlierAssessmentFacts, work: Work
) -> ClientOut:
    """Let an earlier assessment say otherwise (If-Match of the record required)."""
    return await record_of(work, await service.correct(work, client, assessment, facts))


@router.post("/earlier-assessments/{assessment_id}/ending", responses=ENDED)
async def end_earlier_assessment(
    client: ClientToChange, assessment: EarlierAssessmentInPath, ending: Ending, work: Work
) -> ClientOut:
    """Take an earlier assessment off the record, as it is over or was never true."""
    return await record_of(work, await service.end(work, client, assessment, ending.reason))
