"""The table of notifications."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned


class Notification(Base, Scoped, Versioned):
    """Word to the client of something an agency did. A row is made only when the client is to be told."""

    __tablename__ = "notification"
    __table_args__ = (Index("notification_of_client", "client_id", "created_at", "id"),)

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    kind: Mapped[str] = mapped_column(String(32))
    about_id: Mapped[UUID]
    happened_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
