"""What the assessment service does when others tell that something happened."""

from services.assessment.base import Base
from shared.access.anchors import on_log_anchored
from shared.access.merging import Merging
from shared.access.projection import FOLLOWING
from shared.events.catalog.each_service import LOG_ANCHORED
from shared.events.consumer import Subscription
from shared.rights.erasure import Erasing

SUBSCRIPTIONS = (
    Subscription(
        "case",
        {
            **FOLLOWING,
            LOG_ANCHORED["case"]: on_log_anchored,
            **Merging(Base).handlers,
            **Erasing(Base).handlers,
        },
    ),
    Subscription("network", {LOG_ANCHORED["network"]: on_log_anchored}),
    Subscription("feedback", {LOG_ANCHORED["feedback"]: on_log_anchored}),
)
