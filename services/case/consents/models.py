"""Tables of consents, of the grants the case service decides, and of the receipts by which services follow."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned


class Grant(Base, Versioned):
    """That one agency may see categories of one client's data. Ids and codes only."""

    __tablename__ = "client_grant"
    __table_args__ = (Index("client_grant_of_client", "client_id", "grantee"),)

    client_id: Mapped[UUID]
    grantee: Mapped[str] = mapped_column(String(63))
    source_agency: Mapped[str | None] = mapped_column(String(63))
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    ground: Mapped[str] = mapped_column(String(16))
    valid_from: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class Consent(Base, Scoped, Versioned):
    """Form A2, the cooperation agreement (koostöölepe): what the client agreed to, for whom, until when."""

    __tablename__ = "consent"
    __table_args__ = (Index("consent_of_client", "client_id", "owner_agency", "created_at", "id"),)

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("client_grant.id"), index=True)
    grantee: Mapped[str] = mapped_column(String(63))
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    purpose: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    signed_on: Mapped[date]
    representative: Mapped[str | None] = mapped_column(String(200))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawal_reason: Mapped[str | None]


class GrantReceipt(Base):
    """When a service had applied the opening or the closing of a grant."""

    __tablename__ = "grant_receipt"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("client_grant.id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(20), primary_key=True)
    change: Mapped[str] = mapped_column(String(8), primary_key=True)
    applied_at: Mapped[datetime] = mapped_column(Moment)
