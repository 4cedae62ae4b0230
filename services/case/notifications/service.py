"""Use cases of notifications."""

from services.case.dangers.models import DangerClaim
from services.case.notifications.models import Notification
from services.case.notifications.rules import Told
from shared.db.work import UnitOfWork


def tell(work: UnitOfWork, about: DangerClaim, kind: Told) -> None:
    """Let the client know of something an agency did."""
    work.add(
        Notification(
            owner_agency=about.owner_agency,
            client_id=about.client_id,
            category=about.category,
            kind=kind,
            about_id=about.id,
            happened_at=about.created_at,
        )
    )


async def read(work: UnitOfWork, notification: Notification) -> Notification:
    """The person has read it; reading twice changes nothing."""
    work.expect(notification)
    notification.read_at = notification.read_at or work.clock.now()
    return notification
