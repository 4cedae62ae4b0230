"""Tables of identifiers. A code stands here and nowhere else, for as long as the person has a record."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from services.case.identifiers.rules import LONGEST, EndedAs, IdentifierKind, Known
from services.case.versions.rules import Source
from shared.access.categories import Category
from shared.access.models import OneOfAKind, Scoped
from shared.db.base import Holds, Moment, holds
from shared.ids import new_id

_CODE = holds(Holds.PERSONAL_CODE, Holds.IDENTIFIER)


class Identifier(Base, Scoped, OneOfAKind):
    """One code or number by which a client is or was known.

    One that was replaced or is no longer valid still leads to the record; one that never was the client's does not,
    and may be given to somebody else.
    """

    __tablename__ = "client_identifier"
    __table_args__ = (
        Index(
            "uq_client_identifier", "kind", "country", "compared", unique=True, postgresql_where=text("leads_to_client")
        ),
        CheckConstraint("num_nonnulls(ended_at, ended_as, ended_by) IN (0, 3)", name="ends_with_who_and_why"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(2))
    value: Mapped[str] = mapped_column(String(LONGEST), info=_CODE)
    compared: Mapped[str] = mapped_column(String(LONGEST), info=_CODE | {"derived": True})
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_as: Mapped[str | None] = mapped_column(String(12))
    ended_by: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    replaced_by: Mapped[UUID | None] = mapped_column(ForeignKey("client_identifier.id"), index=True)
    leads_to_client: Mapped[bool] = mapped_column(default=True)
    source: Mapped[dict[str, Any]] = mapped_column(JSONB)

    @classmethod
    def of(cls, known: Known, source: Source, **scope: Any) -> dict[str, Any]:
        """The columns that say what a client is known by from now on."""
        return {
            "id": new_id(),
            "category": Category.IDENTITY,
            "kind": known.kind,
            "country": known.country,
            "value": known.value,
            "compared": known.compared,
            "recorded_at": source.at,
            "source": source.told(),
            **scope,
        }

    def end(self, ended_as: EndedAs, source: Source, replaced_by: UUID | None = None) -> None:
        """The client is no longer known by this, or never was."""
        self.ended_at, self.ended_as, self.ended_by = source.at, ended_as, source.told()
        self.replaced_by = replaced_by
        self.leads_to_client = ended_as is not EndedAs.WRONG

    @property
    def known(self) -> Known:
        """The kind, country and code."""
        return Known(IdentifierKind(self.kind), self.country, self.value)

    @property
    def is_personal_code(self) -> bool:
        """Whether this is an Estonian personal code."""
        return self.kind == IdentifierKind.PERSONAL_CODE
