"""What the feedback service does about events of others."""

from services.feedback.triggers import service as triggers
from shared.access.projection import on_grant_closed, on_grant_opened
from shared.db.work import UnitOfWork
from shared.events.catalog import ContactNoted, GrantClosed, GrantOpened
from shared.events.consumer import Subscription


async def on_contact_noted(event: ContactNoted, work: UnitOfWork) -> None:
    """Somebody was served: decide whether to ask how it went."""
    await triggers.note_contact(work, event)


SUBSCRIPTIONS = (
    Subscription(
        "case",
        {
            ContactNoted: on_contact_noted,
            GrantOpened: on_grant_opened,
            GrantClosed: on_grant_closed,
        },
    ),
)
