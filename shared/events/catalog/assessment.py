"""What the assessment service tells."""

from typing import ClassVar
from uuid import UUID

from shared.events.envelope import Event


class AssessmentCompleted(Event):
    """An assessment is complete; its needs may be planned for."""

    kind: ClassVar[str] = "assessment.assessment.completed"
    client_id: UUID
    case_id: UUID | None = None
    assessment_id: UUID
    instrument: str
    instrument_version: int
    areas: list[str]
    complex_need: bool


EVENTS: tuple[type[Event], ...] = (AssessmentCompleted,)
