"""Tables by which events leave and arrive: outbox, inbox, order, dead letters, and what was seen of the stream."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import Moment, Plumbing


class Outgoing(Plumbing):
    """An event committed with the change it tells of. Kept, once published, as long as the stream keeps its own."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_unpublished", "seq", postgresql_where=text("published_at IS NULL")),
        Index("outbox_stream_seq", "stream_seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    subject: Mapped[str] = mapped_column(String(200))
    aggregate_id: Mapped[UUID]
    envelope: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    stream_seq: Mapped[int | None] = mapped_column(BigInteger)


class Incoming(Plumbing):
    """An event that a consumer has handled: its twin finds it here and has no second effect."""

    __tablename__ = "inbox"
    __table_args__ = (Index("inbox_handled_at", "handled_at"),)

    consumer: Mapped[str] = mapped_column(String(80), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    handled_at: Mapped[datetime] = mapped_column(Moment)


class Followed(Plumbing):
    """How far a consumer has followed one aggregate's events."""

    __tablename__ = "followed"

    consumer: Mapped[str] = mapped_column(String(80), primary_key=True)
    aggregate_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)


class DeadLetter(Plumbing):
    """An event that could not be handled, set aside where it can be read and replayed."""

    __tablename__ = "dead_letter"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    consumer: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str]
    error: Mapped[str] = mapped_column(String(200))
    attempts: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)
    replayed_at: Mapped[datetime | None] = mapped_column(Moment)


class StreamSeen(Plumbing):
    """What the service last saw of its own stream, so that it notices when the stream has forgotten."""

    __tablename__ = "stream_seen"

    stream: Mapped[str] = mapped_column(String(80), primary_key=True)
    created: Mapped[str] = mapped_column(String(64))
    generation: Mapped[int] = mapped_column(Integer)
