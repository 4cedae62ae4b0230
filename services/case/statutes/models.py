"""The table of statutory claims."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned


class StatutoryClaim(Base, Scoped, Versioned):
    """That an officer rests on a legal code to see others' data about a client: which, whose, why, until when."""

    __tablename__ = "statutory_claim"
    __table_args__ = (Index("statutory_claim_of_client", "client_id", "owner_agency", "created_at", "id"),)

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("client_grant.id"), index=True)
    legal_code: Mapped[str] = mapped_column(String(64))
    holder: Mapped[str | None] = mapped_column(String(63))
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    reason: Mapped[str]
    client_told_on: Mapped[date | None]
    claimed_by: Mapped[str] = mapped_column(String(63))
    valid_until: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
