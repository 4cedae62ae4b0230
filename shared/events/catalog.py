"""Every event of Sidus. What is added here appears in docs/asyncapi.json; nothing here may name a person."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.access.categories import Category, Ground
from shared.events.envelope import Event

ServiceNature = Literal["voluntary", "mandatory", "enforcement"]
SurveyOutcome = Literal["sent", "deferred", "suppressed"]


class ClientRegistered(Event):
    """A person got a record."""

    kind: ClassVar[str] = "case.client.registered"
    client_id: UUID


class ClientChanged(Event):
    """Sections of a person's record changed; the names of the fields, never their values."""

    kind: ClassVar[str] = "case.client.changed"
    client_id: UUID
    fields: list[str]


class CaseOpened(Event):
    """An agency opened a case with a person."""

    kind: ClassVar[str] = "case.case.opened"
    client_id: UUID
    case_id: UUID


class InitialDecisionMade(Event):
    """The case manager decided what follows the initial assessment (form A, 6.2)."""

    kind: ClassVar[str] = "case.case.decided"
    client_id: UUID
    case_id: UUID
    decision: str


class ContactNoted(Event):
    """Somebody served the person: a service contact, after which feedback may be asked."""

    kind: ClassVar[str] = "case.case.contact-noted"
    client_id: UUID
    case_id: UUID
    contact_id: UUID
    agency: str
    service: str
    nature: ServiceNature
    occurred_at: datetime


class TaskAdded(Event):
    """A task with a due date stands on a case."""

    kind: ClassVar[str] = "case.task.added"
    client_id: UUID
    case_id: UUID
    task_id: UUID
    due_on: date


class GrantOpened(Event):
    """An agency may see categories of a person's data."""

    kind: ClassVar[str] = "case.grant.opened"
    client_id: UUID
    grant_id: UUID
    grantee: str
    source_agency: str | None = None
    categories: list[Category]
    ground: Ground
    legal_code: str | None = None
    hidden_until: datetime | None = None
    valid_from: datetime
    valid_until: datetime | None = None


class GrantClosed(Event):
    """A grant ended: every service closes the door and says when it did."""

    kind: ClassVar[str] = "case.grant.closed"
    client_id: UUID
    grant_id: UUID


class MergeMade(Event):
    """The record of one person was merged into another's: what hangs on the one names the other from now on."""

    kind: ClassVar[str] = "case.merge.made"
    outlives_erasure: ClassVar[bool] = True
    client_id: UUID
    merge_id: UUID
    survivor_id: UUID
    merged_id: UUID


class MergeUndone(Event):
    """A merge was undone: what it brought returns to the merged record, and so does what was since made on `cases`."""

    kind: ClassVar[str] = "case.merge.undone"
    outlives_erasure: ClassVar[bool] = True
    client_id: UUID
    merge_id: UUID
    survivor_id: UUID
    merged_id: UUID
    made_at: datetime
    cases: list[UUID]


class RestrictionDecided(Event):
    """Which officers (`agency/officer`) alone may see a person's data, and until when.

    Each decision takes the place of the one before; one that is lifted is over when it is decided.
    """

    kind: ClassVar[str] = "case.restriction.decided"
    client_id: UUID
    restriction_id: UUID
    named: list[str]
    valid_from: datetime
    valid_until: datetime
    decided_at: datetime


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


class GrantApplied(Event):
    """A service has applied a grant's opening or closing. One class for each service below."""

    client_id: UUID
    grant_id: UUID
    change: Literal["opened", "closed"]
    applied_at: datetime


class AssessmentAppliedGrant(GrantApplied):
    """The assessment service follows a grant."""

    kind: ClassVar[str] = "assessment.grant.applied"


class NetworkAppliedGrant(GrantApplied):
    """The network service follows a grant."""

    kind: ClassVar[str] = "network.grant.applied"


class FeedbackAppliedGrant(GrantApplied):
    """The feedback service follows a grant."""

    kind: ClassVar[str] = "feedback.grant.applied"


class LogAnchored(Event):
    """How far the chain of a service's access log had reached on a day; `hash` in hex. One class for each service."""

    day: date
    position: int
    hash: str


class CaseLogAnchored(LogAnchored):
    """The case service's access log."""

    kind: ClassVar[str] = "case.access-log.anchored"


class AssessmentLogAnchored(LogAnchored):
    """The assessment service's access log."""

    kind: ClassVar[str] = "assessment.access-log.anchored"


class NetworkLogAnchored(LogAnchored):
    """The network service's access log."""

    kind: ClassVar[str] = "network.access-log.anchored"


class FeedbackLogAnchored(LogAnchored):
    """The feedback service's access log."""

    kind: ClassVar[str] = "feedback.access-log.anchored"


class MergeApplied(Event):
    """A service has carried out a merge or its undoing. One class for each service below.

    `moved` counts the rows that name another client now, `stays` those made since the merge that stay with the
    survivor, by table.
    """

    client_id: UUID
    merge_id: UUID
    change: Literal["made", "undone"]
    applied_at: datetime
    moved: int
    stays: dict[str, int]


class AssessmentAppliedMerge(MergeApplied):
    """The assessment service follows a merge."""

    kind: ClassVar[str] = "assessment.merge.applied"


class NetworkAppliedMerge(MergeApplied):
    """The network service follows a merge."""

    kind: ClassVar[str] = "network.merge.applied"


class FeedbackAppliedMerge(MergeApplied):
    """The feedback service follows a merge."""

    kind: ClassVar[str] = "feedback.merge.applied"


class RectificationAsked(Event):
    """Somebody says that the record is wrong; an answer is due."""

    kind: ClassVar[str] = "case.rectification.asked"
    client_id: UUID
    rectification_id: UUID
    due_on: date


class RectificationAnswered(Event):
    """A request to put the record right was answered."""

    kind: ClassVar[str] = "case.rectification.answered"
    client_id: UUID
    rectification_id: UUID
    outcome: Literal["accepted", "partly", "declined"]


class ErasureOrdered(Event):
    """What is held of a person is to be erased: everything, or one agency's rows, or some categories.

    `merged` are the clients whose records were merged into the person's when it was ordered.
    """

    kind: ClassVar[str] = "case.erasure.ordered"
    outlives_erasure: ClassVar[bool] = True
    client_id: UUID
    order_id: UUID
    agency: str | None = None
    categories: list[Category] | None = None
    merged: tuple[UUID, ...] = ()


class ErasureApplied(Event):
    """A service has erased what it was ordered to; its signed statement says what, and what it kept. One class each."""

    outlives_erasure: ClassVar[bool] = True
    client_id: UUID
    order_id: UUID
    statement: str
    applied_at: datetime


class AssessmentAppliedErasure(ErasureApplied):
    """The assessment service has erased what it held."""

    kind: ClassVar[str] = "assessment.erasure.applied"


class NetworkAppliedErasure(ErasureApplied):
    """The network service has erased what it held."""

    kind: ClassVar[str] = "network.erasure.applied"


class FeedbackAppliedErasure(ErasureApplied):
    """The feedback service has erased what it held."""

    kind: ClassVar[str] = "feedback.erasure.applied"


class RestrictionApplied(Event):
    """A service has applied a decision on a restriction. One class for each service below."""

    client_id: UUID
    restriction_id: UUID
    decided_at: datetime
    applied_at: datetime


class AssessmentAppliedRestriction(RestrictionApplied):
    """The assessment service follows a restriction."""

    kind: ClassVar[str] = "assessment.restriction.applied"


class NetworkAppliedRestriction(RestrictionApplied):
    """The network service follows a restriction."""

    kind: ClassVar[str] = "network.restriction.applied"


class FeedbackAppliedRestriction(RestrictionApplied):
    """The feedback service follows a restriction."""

    kind: ClassVar[str] = "feedback.restriction.applied"


EVENTS: tuple[type[Event], ...] = (
    ClientRegistered,
    ClientChanged,
    CaseOpened,
    InitialDecisionMade,
    ContactNoted,
    TaskAdded,
    GrantOpened,
    GrantClosed,
    MergeMade,
    MergeUndone,
    RestrictionDecided,
    AssessmentCompleted,
    MapDrawn,
    MeetingDecisionMade,
    SurveyDecided,
    SurveyAnswered,
    AssessmentAppliedGrant,
    NetworkAppliedGrant,
    FeedbackAppliedGrant,
    CaseLogAnchored,
    AssessmentLogAnchored,
    NetworkLogAnchored,
    FeedbackLogAnchored,
    AssessmentAppliedMerge,
    NetworkAppliedMerge,
    FeedbackAppliedMerge,
    RectificationAsked,
    RectificationAnswered,
    ErasureOrdered,
    AssessmentAppliedErasure,
    NetworkAppliedErasure,
    FeedbackAppliedErasure,
    AssessmentAppliedRestriction,
    NetworkAppliedRestriction,
    FeedbackAppliedRestriction,
)
BY_TYPE: dict[str, type[Event]] = {event.type(): event for event in EVENTS}
ERASURE_APPLIED: dict[str, type[ErasureApplied]] = {
    "assessment": AssessmentAppliedErasure,
    "network": NetworkAppliedErasure,
    "feedback": FeedbackAppliedErasure,
}
APPLIED: dict[str, type[GrantApplied]] = {
    "assessment": AssessmentAppliedGrant,
    "network": NetworkAppliedGrant,
    "feedback": FeedbackAppliedGrant,
}
ANCHORED: dict[str, type[LogAnchored]] = {
    "case": CaseLogAnchored,
    "assessment": AssessmentLogAnchored,
    "network": NetworkLogAnchored,
    "feedback": FeedbackLogAnchored,
}
MERGE_APPLIED: dict[str, type[MergeApplied]] = {
    "assessment": AssessmentAppliedMerge,
    "network": NetworkAppliedMerge,
    "feedback": FeedbackAppliedMerge,
}
APPLIED_RESTRICTION: dict[str, type[RestrictionApplied]] = {
    "assessment": AssessmentAppliedRestriction,
    "network": NetworkAppliedRestriction,
    "feedback": FeedbackAppliedRestriction,
}
FOLLOWERS: tuple[str, ...] = tuple(APPLIED)
"""The services that keep a projection of grants and restrictions, follow merges, and acknowledge each change."""
