"""What the case service does when others tell that something happened."""

from services.case.consents import store as consents
from services.case.tasks import service as tasks
from shared.access.anchors import on_log_anchored
from shared.db.work import UnitOfWork
from shared.events.catalog import ANCHORED, APPLIED, GrantApplied, MeetingDecisionMade
from shared.events.consumer import Subscription


async def on_meeting_decided(event: MeetingDecisionMade, work: UnitOfWork) -> None:
    """A meeting's decision becomes a dated task."""
    await tasks.take_over(work, event)


async def on_grant_applied(event: GrantApplied, work: UnitOfWork) -> None:
    """A service says that it follows a grant."""
    await consents.receive(work, event.owner(), event)


SUBSCRIPTIONS = (
    Subscription("assessment", {APPLIED["assessment"]: on_grant_applied, ANCHORED["assessment"]: on_log_anchored}),
    Subscription(
        "network",
        {
            APPLIED["network"]: on_grant_applied,
            ANCHORED["network"]: on_log_anchored,
            MeetingDecisionMade: on_meeting_decided,
        },
    ),
    Subscription("feedback", {APPLIED["feedback"]: on_grant_applied, ANCHORED["feedback"]: on_log_anchored}),
)
