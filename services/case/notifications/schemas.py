"""What travels of notifications."""

from datetime import datetime
from typing import Self
from uuid import UUID

from services.case.labels import LABELS
from services.case.notifications.models import Notification
from services.case.notifications.rules import Told
from shared.actor import AgencyCode
from shared.http.schemas import Resource
from shared.labels import Language


class NotificationOut(Resource):
    """What an agency did, when, and in words; `read_at` is null until the person has said that they read it."""

    client_id: UUID
    agency: AgencyCode
    kind: Told
    text: str
    about_id: UUID
    happened_at: datetime
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, spoken: tuple[Notification, Language]) -> Self:
        """The notification in a language."""
        row, language = spoken
        words = {"agency": row.owner_agency, "text": LABELS.text(f"told.{row.kind}", language)}
        return cls.model_validate(words | {name: getattr(row, name) for name in cls.model_fields if name not in words})
