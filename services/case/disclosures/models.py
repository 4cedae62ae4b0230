"""The table of disclosures."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.access.models import Scoped
from shared.db.base import Versioned


class Disclosure(Base, Scoped, Versioned):
    """That an agency gave data to somebody outside (andmete väljastamine): to whom, which, on which ground, why."""

    __tablename__ = "disclosure"
    __table_args__ = (Index("disclosure_of_client", "client_id", "owner_agency", "created_at", "id"),)

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    recipient: Mapped[str] = mapped_column(String(200))
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    ground: Mapped[str] = mapped_column(String(24))
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"), index=True)
    legal_code: Mapped[str | None] = mapped_column(String(64))
    justification: Mapped[str]
    purpose: Mapped[str] = mapped_column(String(64))
    disclosed_on: Mapped[date]
    disclosed_by: Mapped[str] = mapped_column(String(63))
