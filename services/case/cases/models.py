"""Tables of cases: the case itself, that it exists, and what form A, parts 2 and 6 say."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Identity, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.case.base import Base
from shared.access.models import OneOfAKind, Scoped
from shared.db.base import Moment, Versioned, of_others
from shared.ids import new_id

OPEN_AND_OWN = "closed_at IS NULL AND merge_id IS NULL"


class Case(Base, Scoped, OneOfAKind, Versioned):
    """An agency's case (juhtum) with a client; one open at a time for each agency, unless a merge brought another."""

    __tablename__ = "case"
    __table_args__ = (
        Index("uq_case_open", "client_id", "owner_agency", unique=True, postgresql_where=text(OPEN_AND_OWN)),
        Index("case_of_agency", "owner_agency", "created_at", "id"),
        Index("case_of_client", "client_id"),
        Index("case_by_client_of_agency", "owner_agency", "client_id"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    number: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    coordinator: Mapped[str] = mapped_column(String(63))
    source: Mapped[str] = mapped_column(String(24))
    voluntary: Mapped[bool]
    purpose: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    decision: Mapped["Decision | None"] = relationship(lazy="joined")


class CasePresence(Base, Scoped):
    """That an agency has a case: all that others may learn of it, where the agency's profile lets them."""

    __tablename__ = "case_presence"
    __table_args__ = (Index("case_presence_of_client", "client_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    coordinator: Mapped[str] = mapped_column(String(63))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]


class Problem(Base, Scoped):
    """A problem as somebody tells it (form A, part 2): why they turned to the agency, how long, how it went."""

    __tablename__ = "case_problem"
    __table_args__ = (Index("case_problem_of_client", "client_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    informant: Mapped[str] = mapped_column(String(20))
    informant_name: Mapped[str | None] = mapped_column(String(200), info=of_others())
    reason: Mapped[str]
    description: Mapped[str]
    comment: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class Decision(Base, Scoped):
    """The initial decision (form A, part 6, with sheet A1): what is needed, what follows, on which legal basis."""

    __tablename__ = "initial_decision"
    __table_args__ = (Index("initial_decision_of_client", "client_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), primary_key=True)
    decision: Mapped[str] = mapped_column(String(20))
    summary: Mapped[str]
    problems: Mapped[list[str]] = mapped_column(ARRAY(String))
    needs: Mapped[list[str]] = mapped_column(ARRAY(String))
    activities: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    legal_basis: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[str] = mapped_column(String(63))


class ServiceContact(Base, Scoped):
    """That the client was served: when, how, by which service. What was said belongs elsewhere."""

    __tablename__ = "service_contact"
    __table_args__ = (Index("service_contact_of_client", "client_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    service: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime] = mapped_column(Moment)
    officer: Mapped[str] = mapped_column(String(63))
