"""The table of notices."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned, of_others


class Notice(Base, Scoped, Versioned):
    """That somebody noticed a person in need (abivajaduse märkaja). About nobody known until a client is named."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_of_agency", "owner_agency", "created_at", "id"),
        Index("notice_of_client", "client_id"),
    )

    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("client.id"))  # type: ignore[assignment]
    noticer_first_name: Mapped[str | None] = mapped_column(String(200), info=of_others())
    noticer_last_name: Mapped[str | None] = mapped_column(String(200), info=of_others())
    relation: Mapped[str | None] = mapped_column(String(80), info=of_others())
    noticer_phone: Mapped[str | None] = mapped_column(String(40), info=of_others())
    noticer_address: Mapped[str | None] = mapped_column(String(200), info=of_others())
    noticer_email: Mapped[str | None] = mapped_column(String(254), info=of_others())
    received_on: Mapped[date]
    manner: Mapped[str] = mapped_column(String(10))
    description: Mapped[str]
    reaction: Mapped[str | None] = mapped_column(String(16))
    reaction_reason: Mapped[str | None]
    told_noticer: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
