"""Tables of what may stand on a record several times: relations and earlier assessments."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.case.versions.models import Part
from shared.access.categories import Category


class Relation(Part):
    """A legal representative, or family that lives with the client: another client, or somebody named by this one."""

    piece = "relations"
    about = Category.SOCIAL
    __tablename__ = "client_relation"

    kind: Mapped[str] = mapped_column(String(24))
    basis: Mapped[str | None] = mapped_column(String(24))
    name: Mapped[str | None] = mapped_column(String(200))
    related_client_id: Mapped[UUID | None] = mapped_column(ForeignKey("client.id"))
    relation: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    note: Mapped[str | None]

    @classmethod
    def is_shown(cls) -> ColumnElement[bool]:
        """Those that name somebody else: where two who are related were merged, one stands in no relation to themself.

        The row stays: it names somebody else again when the merge is undone.
        """
        return cls.related_client_id.is_distinct_from(cls.client_id)

    @classmethod
    def indexes(cls) -> tuple[Any, ...]:
        """Also where a client is named by others, whom a relation names, and that only some have a basis."""
        return (
            *super().indexes(),
            Index("client_relation_naming", "related_client_id", "id", postgresql_where=text("standing = 'current'")),
            Index("client_relation_ever_naming", "related_client_id"),
            CheckConstraint("num_nonnulls(name, related_client_id) = 1", name="names_one_person"),
            CheckConstraint("basis IS NULL OR kind = 'legal_representative'", name="only_representatives_have_basis"),
        )


class EarlierAssessment(Part):
    """That somebody assessed the client before: what kind, when, valid until when."""

    piece = "earlier_assessments"
    about = Category.NEEDS
    __tablename__ = "earlier_assessment"

    kind: Mapped[str] = mapped_column(String(24))
    made_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(200))
