"""Every query on assessments."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from services.assessment.assessments.models import Assessment
from services.assessment.assessments.problems import AssessmentNotFound
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page


async def assessment(work: UnitOfWork, assessment_id: UUID) -> Assessment:
    """One assessment with all its parts."""
    return await work.one(_whole(assessment_id), AssessmentNotFound)


async def assessment_to_change(work: UnitOfWork, assessment_id: UUID) -> Assessment:
    """One assessment with all its parts; others who want to change it wait until this unit of work ends."""
    return await work.one(_whole(assessment_id).with_for_update(), AssessmentNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Assessment]:
    """Assessments of a client without their parts, newest first. Index: assessment_of_client."""
    return await page(work, of_client_query(client_id), paging, Assessment.id)


def of_client_query(client_id: UUID) -> Select[Assessment]:
    """Assessments of a client, unordered; ids grow with time, so a page orders by id."""
    return select(Assessment).where(Assessment.client_id == client_id)


def _whole(assessment_id: UUID) -> Select[Assessment]:
    parts = (Assessment.area_entries, Assessment.problems, Assessment.resources, Assessment.needs)
    return select(Assessment).where(Assessment.id == assessment_id).options(*(selectinload(part) for part in parts))
