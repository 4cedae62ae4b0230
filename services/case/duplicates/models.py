"""Tables of likely duplicates: ids and codes of reasons, nothing that says anything of a person by itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from services.case.duplicates.rules import Difference, PairState, Phase
from shared.access.models import RecordItself
from shared.db.base import Moment, Versioned

_NOT_TOLD = {"derived": True}
"""A person's own record does not tell who else they are like."""


class DuplicatePair(Base, Versioned):
    """Two records that may be about one person, how much speaks for it, and what was decided.

    `said_distinct` is what whoever registered the second gave as the difference; a registrar still looks.
    """

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id", name="uq_duplicate_pair"),
        CheckConstraint("first_id < second_id", name="in_order"),
        Index("duplicate_pair_of_second", "second_id"),
    )

    first_id: Mapped[UUID] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), info=_NOT_TOLD)
    second_id: Mapped[UUID] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), info=_NOT_TOLD)
    score: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    state: Mapped[PairState] = mapped_column(String(12))
    found_at: Mapped[datetime] = mapped_column(Moment)
    said_distinct: Mapped[Difference | None] = mapped_column(String(20))
    dismissed_by: Mapped[str | None] = mapped_column(String(63))
    dismissed_agency: Mapped[str | None] = mapped_column(String(63))
    dismissed_at: Mapped[datetime | None] = mapped_column(Moment)
    because: Mapped[Difference | None] = mapped_column(String(20))

    @property
    def ids(self) -> tuple[UUID, UUID]:
        """The two clients."""
        return self.first_id, self.second_id


class DuplicateSide(Base, RecordItself):
    """One record of a pair, so that it is decided as for any row of the client's who sees it. Merged, it is unseen.

    `score` and `state` are the pair's, so that an agency's queue is read by one index. Of a pair of one agency's
    records one side leads it there; of two agencies' records, each leads at its own.
    """

    __tablename__ = "duplicate_side"
    __table_args__ = (
        Index("duplicate_side_of_agency", "owner_agency", "state", "score", "pair_id", postgresql_where=text("leads")),
        Index("duplicate_side_of_client", "client_id"),
    )

    pair_id: Mapped[UUID] = mapped_column(ForeignKey("duplicate_pair.id", ondelete="CASCADE"), primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), primary_key=True)
    score: Mapped[int]
    state: Mapped[PairState] = mapped_column(String(12))
    leads: Mapped[bool]


class DuplicateScan(Base, Versioned):
    """One pass over the whole register for likely duplicates: how far it is, and what it found."""

    __tablename__ = "duplicate_scan"
    __table_args__ = (
        Index("uq_duplicate_scan_under_way", text("(true)"), unique=True, postgresql_where=text("phase <> 'done'")),
        Index("duplicate_scan_newest", "created_at", "id"),
    )

    started_by: Mapped[str] = mapped_column(String(63))
    started_agency: Mapped[str] = mapped_column(String(63))
    phase: Mapped[Phase] = mapped_column(String(12))
    after: Mapped[UUID | None]
    total: Mapped[int]
    looked_at: Mapped[int]
    found: Mapped[int]
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
