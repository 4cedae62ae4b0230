"""What travels of triggers and decisions."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.feedback.surveys.rules import Nature, SurveyKind
from services.feedback.triggers.models import DecisionMade, Trigger
from services.feedback.triggers.rules import Decision, Outcome
from services.feedback.words import LABELS
from shared.http.schemas import Moment, Resource, Schema
from shared.labels import Language


class DecisionOut(Schema):
    """A decision, the rule behind it in words, and the rule's source; `due_at` when it was deferred."""

    outcome: Outcome
    rule: str
    reason: str
    source: str | None
    due_at: datetime | None
    decided_at: datetime

    @classmethod
    def of(cls, made: DecisionMade, language: Language) -> Self:
        """A kept decision as it travels."""
        return cls(
            outcome=made.outcome,
            rule=made.rule,
            reason=LABELS.text(made.rule, language),
            source=LABELS.source(made.rule),
            due_at=made.due_at,
            decided_at=made.decided_at,
        )


class TriggerOut(Resource):
    """A service contact and every decision about it, in order; `outcome` is where it stands now."""

    client_id: UUID
    case_id: UUID
    contact_id: UUID
    agency: str
    service: str
    nature: Nature
    occurred_at: datetime
    survey: str | None
    survey_version: int | None
    invitation_id: UUID | None
    outcome: Outcome
    decisions: list[DecisionOut]

    @classmethod
    def spoken(cls, trigger: Trigger, language: Language) -> Self:
        """The trigger as it travels, in a language."""
        return cls(
            id=trigger.id,
            version=trigger.version,
            client_id=trigger.client_id,
            case_id=trigger.case_id,
            contact_id=trigger.contact_id,
            agency=trigger.owner_agency,
            service=trigger.service,
            nature=trigger.nature,
            occurred_at=trigger.occurred_at,
            survey=trigger.survey,
            survey_version=trigger.survey_version,
            invitation_id=trigger.invitation_id,
            outcome=trigger.decisions[-1].outcome,
            decisions=[DecisionOut.of(made, language) for made in trigger.decisions],
        )


class ApproachIn(Schema):
    """One time at which the imagined person was asked before."""

    kind: SurveyKind
    at: Moment


class SimulationIn(Schema):
    """An imagined service contact of an imagined person."""

    nature: Nature
    occurred_at: Annotated[Moment, Field(examples=["2026-12-23T10:00:00+02:00"])]
    approaches: Annotated[list[ApproachIn], Field(max_length=100)]


class SimulationOut(Schema):
    """What would be decided now, by which rule."""

    survey: str | None
    outcome: Outcome
    rule: str
    reason: str
    source: str | None
    due_at: datetime | None

    @classmethod
    def of(cls, survey: str | None, decision: Decision, language: Language) -> Self:
        """The imagined decision as it travels."""
        return cls(
            survey=survey,
            outcome=decision.outcome,
            rule=decision.reason,
            reason=LABELS.text(decision.reason, language),
            source=LABELS.source(decision.reason),
            due_at=decision.due_at,
        )
