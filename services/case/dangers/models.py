"""The table of danger claims and what supervisors found of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned


class DangerClaim(Base, Scoped, Versioned):
    """That an officer says life, health or a crime is at stake: which data that opens, why, for how long.

    The client is told at `tell_at`, which a legal code may have put off. A supervisor says whether it was justified.
    """

    __tablename__ = "danger_claim"
    __table_args__ = (
        Index("danger_claim_of_client", "client_id", "owner_agency", "created_at", "id"),
        Index("danger_claim_of_agency", "owner_agency", "created_at", "id"),
        Index(
            "danger_claim_to_review",
            "owner_agency",
            "created_at",
            "id",
            postgresql_where=text("reviewed_at IS NULL"),
        ),
        Index("danger_claim_untold", "tell_at", postgresql_where=text("told_at IS NULL")),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("client_grant.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    holder: Mapped[str | None] = mapped_column(String(63))
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    reason: Mapped[str]
    claimed_by: Mapped[str] = mapped_column(String(63))
    valid_until: Mapped[datetime] = mapped_column(Moment)
    delayed_by: Mapped[str | None] = mapped_column(String(64))
    tell_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    justified: Mapped[bool | None]
    verdict: Mapped[str | None]
    reviewed_by: Mapped[str | None] = mapped_column(String(63))
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)

    told_late = True
