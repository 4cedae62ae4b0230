"""What the feedback service tells."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.envelope import Event

SurveyOutcome = Literal["sent", "deferred", "suppressed"]


class SurveyDecided(Event):
    """Whether a service contact leads to a survey, by which rule."""

    kind: ClassVar[str] = "feedback.trigger.decided"
    client_id: UUID
    trigger_id: UUID
    outcome: SurveyOutcome
    rule: str


class SurveyAnswered(Event):
    """A survey was answered. Who answered what is not told."""

    kind: ClassVar[str] = "feedback.invitation.answered"
    invitation_id: UUID


EVENTS: tuple[type[Event], ...] = (
    SurveyDecided,
    SurveyAnswered,
)
