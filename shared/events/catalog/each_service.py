"""What every service tells for itself: that it followed a change, and how far its access log had reached."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.envelope import Event


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


GRANT_APPLIED: dict[str, type[GrantApplied]] = {
    "assessment": AssessmentAppliedGrant,
    "network": NetworkAppliedGrant,
    "feedback": FeedbackAppliedGrant,
}


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


RESTRICTION_APPLIED: dict[str, type[RestrictionApplied]] = {
    "assessment": AssessmentAppliedRestriction,
    "network": NetworkAppliedRestriction,
    "feedback": FeedbackAppliedRestriction,
}


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


MERGE_APPLIED: dict[str, type[MergeApplied]] = {
    "assessment": AssessmentAppliedMerge,
    "network": NetworkAppliedMerge,
    "feedback": FeedbackAppliedMerge,
}


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


ERASURE_APPLIED: dict[str, type[ErasureApplied]] = {
    "assessment": AssessmentAppliedErasure,
    "network": NetworkAppliedErasure,
    "feedback": FeedbackAppliedErasure,
}


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


LOG_ANCHORED: dict[str, type[LogAnchored]] = {
    "case": CaseLogAnchored,
    "assessment": AssessmentLogAnchored,
    "network": NetworkLogAnchored,
    "feedback": FeedbackLogAnchored,
}

FOLLOWERS: tuple[str, ...] = tuple(GRANT_APPLIED)
"""The services that keep a projection of grants and restrictions, follow merges, and acknowledge each change."""

EVENTS: tuple[type[Event], ...] = (
    *GRANT_APPLIED.values(),
    *RESTRICTION_APPLIED.values(),
    *MERGE_APPLIED.values(),
    *ERASURE_APPLIED.values(),
    *LOG_ANCHORED.values(),
)
