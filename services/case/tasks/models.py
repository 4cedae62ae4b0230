"""The table of tasks."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned


class Task(Base, Scoped, Versioned):
    """Something that somebody does by a date. `decision_id` names the meeting's decision it comes from, if any."""

    __tablename__ = "task"
    __table_args__ = (
        Index("task_of_case", "case_id", "created_at", "id"),
        Index("task_of_client", "client_id"),
        Index("task_of_decision", "decision_id", unique=True),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    title: Mapped[str]
    due_on: Mapped[date]
    responsible: Mapped[str | None] = mapped_column(String(63))
    status: Mapped[str] = mapped_column(String(8))
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    meeting_id: Mapped[UUID | None]
    decision_id: Mapped[UUID | None]
