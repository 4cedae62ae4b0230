"""What travels of cases."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.case.cases import rules
from services.case.cases.models import Case
from services.case.cases.rules import CaseState, Channel, Informant, InitialDecision
from services.case.labels import LABELS
from services.case.profiles.rules import ContactSource
from shared.actor import AgencyCode, OfficerId, PurposeCode
from shared.http.actions import Action, actions, in_words
from shared.http.days import HasBeen
from shared.http.problems import UnmetCondition
from shared.http.schemas import Day, LongText, Moment, Resource, Schema, Text
from shared.labels import Language


class CaseOpening(Schema):
    """Why and by whom a case is opened."""

    source: ContactSource = Field(description="How the client came to the agency.", examples=["client"])
    purpose: PurposeCode = Field(examples=["case-management"])
    coordinator: OfficerId | None = Field(default=None, description="Who answers for the case; the caller if left out.")
    voluntary: bool | None = Field(
        default=None,
        description="False for a client who has no choice (sundklient); as the agency's profile has it if left out.",
    )


class ProblemForm(Schema):
    """A problem as somebody tells it (form A, part 2)."""

    informant: Informant
    informant_name: Text | None = Field(default=None, description="Not for the client: the record knows the name.")
    reason: LongText
    description: LongText = Field(description="With its duration and dynamics.")
    comment: LongText | None = None


class ProblemOut(ProblemForm):
    """A problem on record."""

    id: UUID
    recorded_at: datetime

    @classmethod
    def of(cls, row: object) -> Self:
        """The row as it travels."""
        return cls.model_validate(row)


class Activity(Schema):
    """What is done for a need, by when and by whom (sheet A1)."""

    activity: Text
    due_on: Day
    performer: Text


class DecisionForm(Schema):
    """The initial decision (form A, 6.1-6.3 and sheet A1)."""

    decision: InitialDecision
    summary: LongText
    problems: Annotated[list[Text], Field(min_length=1, max_length=30)]
    needs: Annotated[list[Text], Field(max_length=30)] = []
    activities: Annotated[list[Activity], Field(max_length=30)] = []
    legal_basis: Text


class DecisionOut(DecisionForm):
    """The decision on record."""

    decided_at: datetime
    decided_by: OfficerId


class ContactForm(Schema):
    """That the client was served."""

    service: PurposeCode = Field(description="The agency's own code of the service.", examples=["social-counselling"])
    channel: Channel
    occurred_at: Annotated[Moment, HasBeen()]


class ContactOut(ContactForm):
    """A service contact on record."""

    id: UUID
    officer: OfficerId


@dataclass(frozen=True, slots=True)
class View:
    """A case as its reader sees it: whether its cooperation agreement is signed, and in which language."""

    case: Case
    agreed: bool
    language: Language


class CaseOut(Resource):
    """A case of the caller's own agency."""

    client_id: UUID
    number: int
    agency: AgencyCode
    coordinator: OfficerId
    source: ContactSource
    voluntary: bool
    purpose: str
    opened_at: datetime
    closed_at: datetime | None
    decision: DecisionOut | None
    outstanding: list[UnmetCondition] = Field(description="What the initial decision still waits for.")
    allowed_actions: list[Action]

    @classmethod
    def of(cls, row: View) -> Self:
        """The case as its reader sees it."""
        case = row.case
        decided = InitialDecision(case.decision.decision) if case.decision else None
        state = CaseState(decided, row.agreed)
        return cls(
            **{name: getattr(case, name) for name in _SAME},
            agency=case.owner_agency,
            opened_at=case.created_at,
            decision=DecisionOut.model_validate(case.decision) if case.decision else None,
            outstanding=in_words(rules.outstanding(state), LABELS, row.language),
            allowed_actions=actions(rules.allowed_actions(state), LABELS, row.language),
        )


_SAME = ("id", "version", "client_id", "number", "coordinator", "source", "voluntary", "purpose", "closed_at")


class PresenceOut(Schema):
    """That an agency has a case with the client: which, who coordinates it, since when."""

    case_id: UUID
    agency: AgencyCode = Field(validation_alias="owner_agency")
    coordinator: OfficerId
    opened_on: date
    closed_on: date | None
