"""What the feedback service does when others tell that something happened."""

from services.feedback.base import Base
from services.feedback.triggers import service as triggers
from shared.access.anchors import on_log_anchored
from shared.access.merging import Merging
from shared.access.projection import FOLLOWING
from shared.db.work import UnitOfWork
from shared.events.catalog.case import ContactNoted
from shared.events.catalog.each_service import LOG_ANCHORED
from shared.events.consumer import Subscription
from shared.events.names import WORK
from shared.rights.erasure import Erasing


async def on_contact_noted(event: ContactNoted, work: UnitOfWork) -> None:
    """Somebody was served: decide whether to ask how it went."""
    await triggers.note_contact(work, event)


SUBSCRIPTIONS = (
    Subscription(
        "case",
        {
            **FOLLOWING,
            LOG_ANCHORED["case"]: on_log_anchored,
            **Merging(Base).handlers,
        },
    ),
    Subscription("case", {ContactNoted: on_contact_noted, **Erasing(Base).handlers}, lane=WORK),
    Subscription("assessment", {LOG_ANCHORED["assessment"]: on_log_anchored}),
    Subscription("network", {LOG_ANCHORED["network"]: on_log_anchored}),
)
