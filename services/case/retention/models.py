"""The table of retention runs: how far each has come and what it found. Figures by category, nothing of a person."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.db.base import Moment, Versioned


class RetentionRun(Base, Versioned):
    """A walk through the clients of one agency; `reached` is the last one looked at."""

    __tablename__ = "retention_run"
    __table_args__ = (
        Index("retention_run_of_agency", "owner_agency", "created_at", "id"),
        Index("retention_run_unfinished", "created_at", postgresql_where=text("finished_at IS NULL")),
    )

    owner_agency: Mapped[str] = mapped_column(String(63))
    agency_kind: Mapped[str] = mapped_column(String(63))
    started_by: Mapped[str] = mapped_column(String(63))
    dry_run: Mapped[bool]
    as_of: Mapped[date]
    reached: Mapped[UUID | None]
    examined: Mapped[int]
    closed: Mapped[int]
    due: Mapped[int]
    ordered: Mapped[int]
    found: Mapped[dict[str, Any]] = mapped_column(JSONB)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    failure: Mapped[str | None] = mapped_column(String(64))
