"""What the network service tells."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.events.envelope import Event


class MapDrawn(Event):
    """A network map was drawn."""

    kind: ClassVar[str] = "network.map.drawn"
    client_id: UUID
    case_id: UUID | None = None
    map_id: UUID


class MeetingDecisionMade(Event):
    """A network meeting decided that somebody does something by a date; `case_id` is the case it was held on."""

    kind: ClassVar[str] = "network.meeting.decided"
    client_id: UUID
    case_id: UUID | None = None
    meeting_id: UUID
    decision_id: UUID
    convening_agency: str
    responsible_agency: str
    responsible_officer: str | None = None
    due_on: date


EVENTS: tuple[type[Event], ...] = (
    MapDrawn,
    MeetingDecisionMade,
)
