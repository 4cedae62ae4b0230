"""HTTP: what the person was told, for the person."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.case.notifications import service, store
from services.case.notifications.models import Notification
from services.case.notifications.problems import NotificationNotFound
from services.case.notifications.schemas import NotificationOut
from shared.actor import Role
from shared.http.clients import ClientId
from shared.http.paging import Page, Paged
from shared.http.problems import StaleVersion, problems
from shared.http.routing import InLanguage, Router, Work

router = Router(prefix="/clients/{client_id}/notifications", tags=["Who looked"], roles={Role.PERSON})


async def notification_in_path(client_id: ClientId, notification_id: UUID, work: Work) -> Notification:
    """The notification of the path, if it is to this person."""
    return await store.notification(work, client_id, notification_id)


NotificationInPath = Annotated[Notification, Depends(notification_in_path)]


@router.get("")
async def list_notifications(
    client_id: ClientId, work: Work, paging: Paged, language: InLanguage
) -> Page[NotificationOut]:
    """What the person was told of what agencies did with their data, newest first."""
    found = await store.of_client(work, client_id, paging)
    return Page(items=[NotificationOut.of((row, language)) for row in found.rows], next=found.next)


@router.get("/{notification_id}", responses=problems(NotificationNotFound))
async def read_notification(notification: NotificationInPath, work: Work, language: InLanguage) -> NotificationOut:
    """One notification."""
    return await work.answer(NotificationOut, notification, of=(notification, language))


@router.post("/{notification_id}/reading", responses=problems(NotificationNotFound, StaleVersion))
async def mark_notification_read(notification: NotificationInPath, work: Work, language: InLanguage) -> NotificationOut:
    """Say that the notification has been read."""
    return await work.answer(NotificationOut, notification, of=(await service.read(work, notification), language))
