"""Tables of orders to erase, and of the statements by which services answer. Ids, codes and counts: they stay."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.case.base import Base
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned
from shared.rights.erasure import DUTY_TO_ACCOUNT


class ErasureOrder(Base, Scoped, Versioned):
    """That what is held of a person is to be erased: all of it, or one agency's rows, or some categories."""

    __tablename__ = "erasure_order"
    __table_args__ = (
        Index("erasure_order_of_client", "client_id", "created_at", "id"),
        Index("erasure_order_under_way", "client_id", unique=True, postgresql_where=text("completed_at IS NULL")),
    )
    kept_because = DUTY_TO_ACCOUNT

    agency: Mapped[str | None] = mapped_column(String(63))
    categories: Mapped[list[str] | None] = mapped_column(ARRAY(String(16)))
    reason: Mapped[str] = mapped_column(String(24))
    legal_code: Mapped[str | None] = mapped_column(String(64))
    ordered_by: Mapped[str] = mapped_column(String(63))
    run_id: Mapped[UUID | None]
    completed_at: Mapped[datetime | None] = mapped_column(Moment)

    receipts: Mapped[list["ErasureReceipt"]] = relationship(lazy="selectin", order_by="ErasureReceipt.service")


class ErasureReceipt(Base):
    """What one service states about an order, signed, with the key by which that can be checked."""

    __tablename__ = "erasure_receipt"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("erasure_order.id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(20), primary_key=True)
    applied_at: Mapped[datetime] = mapped_column(Moment)
    statement: Mapped[str]
    key: Mapped[dict[str, Any]] = mapped_column(JSONB)
