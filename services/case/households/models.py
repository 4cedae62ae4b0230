"""Tables of households. Nothing here names anybody: a member is a client, whose name stands in their own record."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.access.models import OneOfAKind, Scoped
from shared.db.base import Versioned
from shared.ids import new_id

NOW_AND_OWN = "until IS NULL AND merge_id IS NULL"


class Household(Base, Versioned):
    """People who live together (leibkond). Who they are is told by its members."""

    __tablename__ = "household"


class HouseholdMember(Base, Scoped, OneOfAKind):
    """That a client lives or lived in a household; in one at a time, unless a merge brought another."""

    __tablename__ = "household_member"
    __table_args__ = (
        Index("uq_household_member_now", "client_id", unique=True, postgresql_where=text(NOW_AND_OWN)),
        Index("household_member_of_client", "client_id", "household_id"),
        Index("household_member_of_household", "household_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    source: Mapped[dict[str, Any]] = mapped_column(JSONB)
