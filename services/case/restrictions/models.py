"""Tables of restrictions, and of the receipts by which services follow them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned


class Restriction(Base, Scoped, Versioned):
    """That a client's record is closed to all but the officers named (piiratud juurdepääs), why, and until when.

    The agency that decided it keeps it in sight, so that it can be opened again.
    """

    __tablename__ = "restriction"
    __table_args__ = (
        Index("restriction_of_agency", "owner_agency", "created_at", "id"),
        Index("restriction_of_client", "client_id", "created_at", "id"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    named: Mapped[list[str]] = mapped_column(ARRAY(String(127)))
    reason: Mapped[str]
    valid_until: Mapped[date]
    decided_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[str] = mapped_column(String(63))
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)

    stays_in_sight = True


class RestrictionReceipt(Base):
    """When a service had applied the newest decision on a restriction that it knows of."""

    __tablename__ = "restriction_receipt"

    restriction_id: Mapped[UUID] = mapped_column(ForeignKey("restriction.id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(20), primary_key=True)
    decided_at: Mapped[datetime] = mapped_column(Moment)
    applied_at: Mapped[datetime] = mapped_column(Moment)
