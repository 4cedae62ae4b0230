"""What travels of assessments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import Field

from services.assessment.assessments.models import Assessment
from services.assessment.instruments.definition import Code
from services.assessment.instruments.rules import Kind, LifeArea
from services.assessment.labels import LABELS
from shared.access.categories import Category
from shared.actor import AgencyCode, OfficerId
from shared.http.actions import Action, actions
from shared.http.schemas import LongText, Resource, Schema
from shared.labels import Language
from shared.rules import Unmet


class AssessmentStart(Schema):
    """With whom, by which instrument and how deeply an assessment is begun."""

    client_id: UUID
    instrument: Code = Field(description="Its newest published version is used.", examples=["initial-mapping"])
    kind: Kind = Field(description="Intake (esmane) or in-depth (põhjalik) assessment.", examples=["initial"])
    case_id: UUID | None = Field(default=None, description="The agency's case that the assessment belongs to.")


class AreaForm(Schema):
    """What is said of one life area (form A, part 3). Replaces what stood there."""

    client_word: LongText | None = Field(default=None, description="What the client says, in the client's words.")
    network_word: LongText | None = Field(default=None, description="What members of the client's network say.")
    comment: LongText | None = Field(default=None, description="The case manager's comment.")


class AreaFindings(AreaForm):
    """What stands under one life area."""

    area: LifeArea


class ProblemForm(Schema):
    """A problem or unmet need as the client sees it, with the worker's view beside it (004 L3794-3812)."""

    description: LongText = Field(description="The client's own description.")
    importance: LongText | None = Field(default=None, description="How much it matters to the client.")
    duration: LongText | None = Field(default=None, description="How long it has lasted.")
    earlier_occurrences: LongText | None = None
    retriggers: LongText | None = Field(default=None, description="What sets it off again (taaskäivitajad).")
    worker_view: LongText | None = Field(default=None, description="The problem as the worker sees it (süvaprobleem).")


class ProblemFindings(ProblemForm):
    """A problem on record."""

    id: UUID


class ResourceForm(Schema):
    """Something the client can build on, of a kind that the instrument names."""

    kind: Code = Field(examples=["motivation"])
    text: LongText


class ResourceFindings(ResourceForm):
    """A resource on record."""

    id: UUID


class NeedForm(Schema):
    """A need in one life area."""

    area: LifeArea
    text: LongText
    problem_id: UUID | None = Field(default=None, description="The problem of this assessment that it was seen in.")


class NeedFindings(NeedForm):
    """A need on record."""

    id: UUID


class Completion(Schema):
    """The summary (kokkuvõte) by which the assessor completes an assessment (004 L1383-1389; form A, 6.1)."""

    summary: LongText


class AssessmentSummary(Resource):
    """That there is an assessment: by whom, with what, and whether the need is complex. Holds none of its words."""

    client_id: UUID
    case_id: UUID | None
    agency: AgencyCode
    category: Category
    assessor: OfficerId
    instrument: str
    instrument_version: int
    kind: Kind
    state: Literal["draft", "completed"]
    complex_need: bool | None = Field(description="Null until the assessment is completed.")
    created_at: datetime
    changed_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class View:
    """An assessment with what its reader may do next, in the reader's language."""

    assessment: Assessment
    actions: Mapping[str, Sequence[Unmet]]
    language: Language


class AssessmentOut(AssessmentSummary):
    """A whole assessment, with what may be done next."""

    summary: str | None
    areas: list[AreaFindings]
    problems: list[ProblemFindings]
    resources: list[ResourceFindings]
    needs: list[NeedFindings]
    allowed_actions: list[Action]

    @classmethod
    def of(cls, row: View) -> Self:
        """The assessment as its reader sees it."""
        columns = {name: getattr(row.assessment, name) for name in cls.model_fields if name != "allowed_actions"}
        return cls(**columns, allowed_actions=actions(row.actions, LABELS, row.language))
