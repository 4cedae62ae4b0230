"""Tables of merges and of the receipts by which services carry them out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from services.case.merges.rules import Side
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned


class Merge(Base, Scoped, Versioned):
    """That one record was merged into another, why and by whom, which values it took, and whether it was undone.

    `taken` names the version of each section that was made of chosen values, `record_changed_at` when the survivor had
    been changed last before that.
    """

    __tablename__ = "client_merge"
    __table_args__ = (
        Index("client_merge_of_client", "client_id", "created_at", "id"),
        Index("client_merge_standing", "survivor_id", "created_at", postgresql_where=text("undone_at IS NULL")),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    survivor_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), index=True)
    merged_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), index=True)
    made_by: Mapped[str] = mapped_column(String(63))
    reason: Mapped[str]
    choices: Mapped[dict[str, Side]] = mapped_column(JSONB)
    taken: Mapped[dict[str, str]] = mapped_column(JSONB)
    record_changed_at: Mapped[datetime] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_in: Mapped[str | None] = mapped_column(String(63))
    undone_by: Mapped[str | None] = mapped_column(String(63))
    undone_because: Mapped[str | None]


class MergeReceipt(Base):
    """When a service had carried out a merge or its undoing, how many rows it moved, and what it left."""

    __tablename__ = "merge_receipt"

    merge_id: Mapped[UUID] = mapped_column(ForeignKey("client_merge.id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(20), primary_key=True)
    change: Mapped[str] = mapped_column(String(8), primary_key=True)
    applied_at: Mapped[datetime] = mapped_column(Moment)
    moved: Mapped[int]
    stays: Mapped[dict[str, Any]] = mapped_column(JSONB)
