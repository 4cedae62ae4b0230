"""Tables of network meetings and of the decisions made at them."""

from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.network.base import Base
from shared.access.models import Scoped
from shared.db.base import Versioned


class Meeting(Base, Scoped, Versioned):
    """A meeting on a case: its agenda (form D1) and, once it was held, its minutes (form D3)."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("(number IS NULL) = (minutes IS NULL)", name="numbered_when_minuted"),
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        Index("meeting_of_client", "client_id", "planned_on", "id"),
    )

    case_id: Mapped[UUID]
    aim: Mapped[str]
    organiser: Mapped[str] = mapped_column(String(63))
    planned_on: Mapped[date]
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    institution: Mapped[str] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(200))
    agenda: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    invited: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    number: Mapped[int | None]
    minutes: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    decisions: Mapped[list["Decision"]] = relationship(lazy="selectin", order_by="Decision.position")


class Decision(Base, Scoped, Versioned):
    """A decision of a meeting (otsus): what is done, by when, by which agency and officer."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("meeting_id", "position"),
        CheckConstraint("(support = 'with_dissent') = (dissent IS NOT NULL)", name="dissent_put_down"),
        Index("decision_of_client", "client_id"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    position: Mapped[int]
    text: Mapped[str]
    due_on: Mapped[date]
    responsible_agency: Mapped[str] = mapped_column(String(63))
    responsible_officer: Mapped[str | None] = mapped_column(String(63))
    responsible_case_id: Mapped[UUID | None]
    support: Mapped[str] = mapped_column(String(16))
    dissent: Mapped[str | None]
