"""What travels of tasks."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.case.tasks.rules import TaskStatus
from shared.actor import AgencyCode, OfficerId
from shared.http.schemas import Day, LongText, Resource, Schema


class TaskForm(Schema):
    """What is to be done, by when and by whom."""

    title: LongText
    due_on: Day
    responsible: OfficerId | None = Field(default=None, description="The officer; the caller if left out.")


class TaskOut(Resource):
    """A task on a case of the caller's agency."""

    case_id: UUID
    client_id: UUID
    agency: AgencyCode = Field(validation_alias="owner_agency")
    title: str
    due_on: date
    responsible: OfficerId | None
    status: TaskStatus
    done_at: datetime | None
    meeting_id: UUID | None
    decision_id: UUID | None
