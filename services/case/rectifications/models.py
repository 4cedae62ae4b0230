"""The table of requests to put the record right. What is claimed stands in the section, as a proposed version."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned


class Rectification(Base, Scoped, Versioned):
    """That somebody says that fields of a section are wrong; owned by the agency that answers for the section.

    `version_id` is the proposed version of the section, which holds the claimed values.
    """

    __tablename__ = "rectification"
    __table_args__ = (
        Index("rectification_of_client", "client_id", "created_at", "id"),
        Index("rectification_open", "owner_agency", "due_on", "id", postgresql_where=text("decided_at IS NULL")),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    section: Mapped[str] = mapped_column(String(16))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    version_id: Mapped[UUID]
    asked_in: Mapped[str] = mapped_column(String(63))
    asked_by: Mapped[str] = mapped_column(String(63))
    due_on: Mapped[date]
    accepted: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(63))
    reason: Mapped[str | None]
