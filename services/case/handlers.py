"""What the case service does when others tell that something happened."""

from services.case.consents import store as consents
from services.case.erasures import service as erasures
from services.case.merges import store as merges
from services.case.restrictions import store as restrictions
from services.case.tasks import service as tasks
from shared.access.anchors import on_log_anchored
from shared.db.work import UnitOfWork
from shared.events.catalog.each_service import (
    ERASURE_APPLIED,
    GRANT_APPLIED,
    LOG_ANCHORED,
    MERGE_APPLIED,
    RESTRICTION_APPLIED,
    ErasureApplied,
    GrantApplied,
    MergeApplied,
    RestrictionApplied,
)
from shared.events.catalog.network import MeetingDecisionMade
from shared.events.consumer import Handler, Subscription
from shared.events.envelope import Event


async def on_meeting_decided(event: MeetingDecisionMade, work: UnitOfWork) -> None:
    """A meeting's decision becomes a dated task."""
    await tasks.take_over(work, event)


async def on_grant_applied(event: GrantApplied, work: UnitOfWork) -> None:
    """A service says that it follows a grant."""
    await consents.receive(work, event.owner(), event)


async def on_merge_applied(event: MergeApplied, work: UnitOfWork) -> None:
    """A service says that it has carried out a merge, or its undoing."""
    await merges.receive(work, event.owner(), event)


async def on_erasure_applied(event: ErasureApplied, work: UnitOfWork) -> None:
    """A service has erased what it was ordered to, and says so in a signed statement."""
    await erasures.receive(work, event.owner(), event)


async def on_restriction_applied(event: RestrictionApplied, work: UnitOfWork) -> None:
    """A service says that it follows a restriction."""
    await restrictions.receive(work, event.owner(), event)


def _told_by(service: str) -> dict[type[Event], Handler]:
    """What every other service tells: that it follows what is decided here, and how far its access log is."""
    return {
        GRANT_APPLIED[service]: on_grant_applied,
        RESTRICTION_APPLIED[service]: on_restriction_applied,
        MERGE_APPLIED[service]: on_merge_applied,
        ERASURE_APPLIED[service]: on_erasure_applied,
        LOG_ANCHORED[service]: on_log_anchored,
    }


SUBSCRIPTIONS = (
    Subscription("assessment", _told_by("assessment")),
    Subscription("network", {**_told_by("network"), MeetingDecisionMade: on_meeting_decided}),
    Subscription("feedback", _told_by("feedback")),
)
