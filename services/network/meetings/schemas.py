"""What travels of a network meeting."""

from datetime import date, datetime, time
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field

from services.network.meetings import rules
from services.network.meetings.models import Meeting
from services.network.meetings.rules import Standing, Support
from shared.actor import AgencyCode, OfficerId
from shared.http.schemas import Day, LongText, Resource, Schema, Text


def _local(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("a time of day where the meeting is held, without an offset")
    return value


TimeOfDay = Annotated[time, AfterValidator(_local), Field(examples=["14:00"])]


class AgendaItem(Schema):
    """A point of the agenda (päevakorrapunkt), its part of the time and who presents it."""

    starts_at: TimeOfDay
    ends_at: TimeOfDay
    topic: Text
    presenter: Text | None = None


class Attendee(Schema):
    """Somebody at the table: the client by that word alone, others by relation, or by post and institution."""

    standing: Standing
    name: Text | None = None
    relation: Annotated[Text | None, Field(description="To the client; for informal members.")] = None
    post: Annotated[Text | None, Field(description="For specialists, with the institution.")] = None
    institution: Text | None = None

    def to_rule(self) -> rules.Attendee:
        """The attendee as the rules know one."""
        return rules.Attendee(**self.model_dump())


class Absentee(Attendee):
    """Somebody who was invited and did not come."""

    note: Text | None = None

    def to_rule(self) -> rules.Attendee:
        """The absentee as the rules know one."""
        return rules.Attendee(**self.model_dump(exclude={"note"}))


Attendees = Annotated[list[Attendee], Field(max_length=60)]


class MeetingIn(Schema):
    """A meeting to be held: form D1. The person themself is invited first unless `invite_client` is false."""

    client_id: UUID
    case_id: UUID
    aim: LongText
    organiser: Annotated[OfficerId, Field(description="The officer responsible for holding the meeting.")]
    planned_on: Day
    starts_at: TimeOfDay
    ends_at: TimeOfDay
    institution: Annotated[Text, Field(description="Where the meeting is held.")]
    address: Text | None = None
    agenda: Annotated[list[AgendaItem], Field(max_length=40)]
    invited: Attendees = Field(default=[])
    invite_client: bool = True

    def everybody(self) -> list[Attendee]:
        """All who are invited, the person themself first by default (D1, L6289-6310)."""
        listed = any(attendee.standing is Standing.CLIENT for attendee in self.invited)
        first = [Attendee(standing=Standing.CLIENT)] if self.invite_client and not listed else []
        return first + self.invited

    def to_agenda(self) -> rules.Agenda:
        """The agenda as the rules know it."""
        return rules.Agenda(
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            items=[rules.Item(item.starts_at, item.ends_at) for item in self.agenda],
            invited=[attendee.to_rule() for attendee in self.everybody()],
        )


class DecisionFacts(Schema):
    """What was decided, with the activities it needs; the date and who is responsible are asked for by a rule."""

    text: LongText
    due_on: Day | None = None
    responsible_agency: AgencyCode | None = None
    responsible_officer: OfficerId | None = None
    responsible_case_id: Annotated[UUID | None, Field(description="That agency's case, where known.")] = None
    support: Support = Support.CONSENSUS
    dissent: LongText | None = None

    def to_rule(self) -> rules.Decision:
        """The decision as the rules know it."""
        return rules.Decision(
            due_on=self.due_on,
            responsible_agency=self.responsible_agency,
            support=self.support,
            dissent=self.dissent,
        )


class MinutesFacts(Schema):
    """What form D3 says beside decisions: who led, who wrote, who was there and what was spoken of."""

    held_on: Day
    chair: Text | None = None
    minute_taker: Text | None = None
    participants: Attendees
    absentees: Annotated[list[Absentee], Field(max_length=60)] = Field(default=[])
    items: Annotated[list[LongText], Field(max_length=40)] = Field(default=[])


class MinutesIn(MinutesFacts):
    """The minutes of a meeting that was held: form D3."""

    decisions: Annotated[list[DecisionFacts], Field(max_length=40)]

    def to_minutes(self) -> rules.Minutes:
        """The minutes as the rules know them."""
        return rules.Minutes(
            held_on=self.held_on,
            chair=self.chair,
            minute_taker=self.minute_taker,
            participants=[attendee.to_rule() for attendee in self.participants],
            absentees=[attendee.to_rule() for attendee in self.absentees],
            decisions=[decision.to_rule() for decision in self.decisions],
        )


class DecisionOut(Resource):
    """A decision as it stands in the minutes."""

    text: str
    due_on: date
    responsible_agency: AgencyCode
    responsible_officer: OfficerId | None
    responsible_case_id: UUID | None
    support: Support
    dissent: str | None


class MinutesOut(MinutesFacts):
    """The minutes, numbered one after the other within the case."""

    number: int
    decisions: list[DecisionOut]


class MeetingOut(Resource):
    """A network meeting; `minutes` are null until it was held."""

    owner_agency: AgencyCode
    client_id: UUID
    case_id: UUID
    aim: str
    organiser: OfficerId
    planned_on: date
    starts_at: TimeOfDay
    ends_at: TimeOfDay
    institution: str
    address: str | None
    agenda: list[AgendaItem]
    invited: list[Attendee]
    minutes: MinutesOut | None
    created_at: datetime

    @classmethod
    def of(cls, row: Meeting) -> Self:
        """The meeting with its minutes, if there are any."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "minutes"}
        return cls.model_validate(plain | {"minutes": _minutes(row)})


class AssignedDecision(Schema):
    """A decision as the service needs it that makes a task of it."""

    decision_id: UUID = Field(validation_alias="id")
    meeting_id: UUID
    text: str
    due_on: date
    responsible_agency: AgencyCode
    responsible_officer: OfficerId | None
    responsible_case_id: UUID | None


def _minutes(row: Meeting) -> MinutesOut | None:
    if row.minutes is None:
        return None
    decisions = [DecisionOut.of(decision) for decision in row.decisions]
    return MinutesOut.model_validate(row.minutes | {"number": row.number, "decisions": decisions})
