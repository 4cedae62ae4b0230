"""Tables of imports. What a register holds of a person goes into the record at once, and never stands here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from services.case.imports.rules import OnExisting, Outcome, Progress, State
from shared.access.models import StaysWhenMerged
from shared.db.base import Moment, Versioned


class Import(Base, Versioned):
    """A register that is being taken over by an agency: how far it has come, and what became of its rows."""

    __tablename__ = "import"
    __table_args__ = (
        Index("import_of_agency", "agency", "created_at", "id"),
        Index("import_of_file", "agency", "digest"),
    )

    agency: Mapped[str] = mapped_column(String(63))
    officer: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(80))
    system: Mapped[str] = mapped_column(String(63))
    digest: Mapped[str | None] = mapped_column(String(64))
    dry_run: Mapped[bool]
    on_existing: Mapped[OnExisting] = mapped_column(String(8))
    expected_rows: Mapped[int | None]
    state: Mapped[State] = mapped_column(String(10))
    next_row: Mapped[int]
    counts: Mapped[dict[str, int]] = mapped_column(JSONB)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def source(self) -> str:
        """What the provenance of imported values calls the system they came from."""
        return f"import:{self.id}"

    @property
    def progress(self) -> Progress:
        """What the rules need to know of the import."""
        return Progress(State(self.state), self.next_row, self.expected_rows)


class ImportedRow(Base, StaysWhenMerged):
    """What became of one row: the record it led to at the time, or what was wrong with it, by place and code."""

    __tablename__ = "import_row"
    __table_args__ = (Index("import_row_by_outcome", "import_id", "outcome", "number"),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("import.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(String(10))
    client_id: Mapped[UUID | None]
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
