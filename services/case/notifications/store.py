"""Every query on notifications."""

from uuid import UUID

from sqlalchemy import select

from services.case.notifications.models import Notification
from services.case.notifications.problems import NotificationNotFound
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest


async def notification(work: UnitOfWork, client_id: UUID, notification_id: UUID) -> Notification:
    """One notification to a client."""
    query = select(Notification).where(Notification.id == notification_id, Notification.client_id == client_id)
    return await work.one(query, NotificationNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Notification]:
    """What a client was told, newest first. Index: notification_of_client."""
    return await newest(work, Notification, paging, Notification.client_id == client_id)
