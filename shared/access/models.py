"""Tables and columns that decide and record access."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Identity, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.access.categories import AccessAction, Category, Ground
from shared.db.base import Moment, Plumbing
from shared.ids import new_id


class Scoped:
    """A row with personal data: whose it is, whom it is about, what kind of data it holds.

    Every ORM query on such a table is narrowed to what its actor may see, and every row that is
    loaded or changed leaves an entry in the access log. See `shared.access.visibility`.
    """

    owner_agency: Mapped[str] = mapped_column(String(63))
    client_id: Mapped[UUID] = mapped_column()
    category: Mapped[Category] = mapped_column(String(16))

    made_as = AccessAction.CREATE
    """What the access log calls the making of the row: `change` where it takes the place of another."""

    kept_because: ClassVar[str | None] = None
    """Why such rows stay when what is held of their client is erased (a label); such tables refer to no other row."""

    opened_by: ClassVar[frozenset[Category]] = frozenset()
    """Of a row that says nothing of the client by itself: any grant of these categories opens it, whosesoever rows the
    grant is on. A row without these is opened by its own category, where the grant is on rows of its owner."""

    for_its_agency_alone: ClassVar[bool] = False
    """Whether no ground opens the row to another agency than the one that owns it."""

    for_the_person_alone: ClassVar[bool] = False
    """Whether nobody but the person is ever told a single row, not even the agency that owns it."""

    told_late: ClassVar[bool] = False
    """Whether the person sees a row only once its `told_at` says that they have been told."""

    stays_in_sight: ClassVar[bool] = False
    """Whether its own agency sees the row even while the client's record is closed, as it must to open it again."""


class RecordItself(Scoped):
    """A row that is the client record itself. When the record is merged into another, it stays as it is, unseen."""


BROUGHT_BY = "merge_id"
"""Column of rows that are one of a kind for a client: the merge that brought one."""


class OneOfAKind:
    """A row of which a client has one of a kind. What a merge brings is excepted, and comes after the client's own."""

    merge_id: Mapped[UUID | None] = mapped_column()


class StaysWhenMerged:
    """A row that names a client and goes on naming the same one when that client's record is merged into another."""


class MergedClient(Plumbing):
    """That one client's record was merged into another's: the old id answers with the surviving one."""

    __tablename__ = "merged_client"

    merged_id: Mapped[UUID] = mapped_column(primary_key=True)
    survivor_id: Mapped[UUID] = mapped_column(index=True)
    merge_id: Mapped[UUID] = mapped_column(unique=True)


class ErasedClient(StaysWhenMerged, Plumbing):
    """That everything of a client was erased, on whose order and when: nothing is written under the id any more."""

    __tablename__ = "erased_client"

    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    erased_at: Mapped[datetime] = mapped_column(Moment)


class MergeMove(Plumbing):
    """That a merge pointed one row at the surviving client: which row to point back when the merge is undone."""

    __tablename__ = "merge_move"

    merge_id: Mapped[UUID] = mapped_column(primary_key=True)
    table_name: Mapped[str] = mapped_column(String(63), primary_key=True)
    column_name: Mapped[str] = mapped_column(String(63), primary_key=True)
    key: Mapped[list[Any]] = mapped_column(JSONB, primary_key=True)


class AccessGrant(Plumbing):
    """One category of one client's data, opened to one agency: the projection of grants each service keeps.

    `source_agency` names the agency whose rows are opened; none means every agency's. `legal_code` is the code it rests
    on, if any, and `hidden_until` how long the person does not see that it was used.
    A grant is decided by the case service alone; elsewhere it arrives by events.
    """

    __tablename__ = "access_grant"
    __table_args__ = (Index("access_grant_in_force", "client_id", "grantee", "category"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    grant_id: Mapped[UUID] = mapped_column(index=True)
    client_id: Mapped[UUID]
    grantee: Mapped[str] = mapped_column(String(63))
    category: Mapped[Category] = mapped_column(String(16))
    source_agency: Mapped[str | None] = mapped_column(String(63))
    ground: Mapped[Ground] = mapped_column(String(16))
    legal_code: Mapped[str | None] = mapped_column(String(64))
    hidden_until: Mapped[datetime | None] = mapped_column(Moment)
    valid_from: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)


class AccessRestriction(Plumbing):
    """That a client's record is closed to everyone but the officers named (`agency/officer`), their own rows included.

    Decided by the case service; elsewhere it arrives by events. The row stays when the restriction has ended, so that
    an older decision that is replayed changes nothing.
    """

    __tablename__ = "access_restriction"
    __table_args__ = (Index("access_restriction_of_client", "client_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID]
    named: Mapped[list[str]] = mapped_column(ARRAY(String(127)))
    valid_from: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime] = mapped_column(Moment)


class AccessEntry(StaysWhenMerged, Plumbing):
    """That somebody saw or changed a client's data: when, who, what kind, on which ground, what for.

    A row that is hidden from the person for a time carries the legal code under which it is, and the time's end.
    Rows are written by `shared.access.entries` alone, never changed and never removed.
    """

    __tablename__ = "access_log"
    __table_args__ = (
        CheckConstraint("(hidden_code IS NULL) = (hidden_until IS NULL)", name="hidden_by_a_code"),
        Index("access_log_of_client", "client_id", text("at DESC"), text("seq DESC")),
        Index("access_log_of_agency", "agency", text("at DESC"), text("seq DESC")),
        Index("access_log_of_officer", "agency", "officer", text("at DESC"), text("seq DESC")),
        Index(
            "access_log_hidden",
            "agency",
            text("at DESC"),
            text("seq DESC"),
            postgresql_where=text("hidden_code IS NOT NULL"),
        ),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    id: Mapped[UUID] = mapped_column(default=new_id)
    at: Mapped[datetime] = mapped_column(Moment)
    client_id: Mapped[UUID]
    agency: Mapped[str] = mapped_column(String(63))
    officer: Mapped[str] = mapped_column(String(63))
    action: Mapped[str] = mapped_column(String(16))
    operation: Mapped[str] = mapped_column(String(80))
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    ground: Mapped[Ground] = mapped_column(String(16))
    purpose: Mapped[str | None] = mapped_column(String(64))
    case_id: Mapped[UUID | None]
    legal_code: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str] = mapped_column(String(128))
    hidden_code: Mapped[str | None] = mapped_column(String(64))
    hidden_until: Mapped[datetime | None] = mapped_column(Moment)


class AccessSeal(Plumbing):
    """What an entry was when it was written, and its place in the chain. See `shared.access.chain`.

    The entry's own transaction leaves number, id and digest; the sealer adds position and hash a moment later.
    """

    __tablename__ = "access_seal"
    __table_args__ = (
        CheckConstraint("(position IS NULL) = (hash IS NULL)", name="chained_whole"),
        Index("access_seal_waiting", "seq", postgresql_where=text("position IS NULL")),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    position: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class AccessHead(Plumbing):
    """How far the service's chain reaches: one row, moved on with every seal, so that a tail cut off is missed."""

    __tablename__ = "access_head"

    service: Mapped[str] = mapped_column(String(63), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AccessAnchor(Plumbing):
    """How far a service's chain had reached on a day: of its own, and of every other service as it told of it."""

    __tablename__ = "access_anchor"

    service: Mapped[str] = mapped_column(String(63), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
