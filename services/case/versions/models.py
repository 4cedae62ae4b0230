"""How a piece of the record is kept: a table of versions, of which one is in force and the others are its history.

A piece is there once for each client (a section), or may be there several times (a part), with one version in force
for each. What somebody asked to have put right stands beside them as proposed.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, inspect, text, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from services.case.base import Base
from services.case.versions.rules import Source, Standing
from shared.access.categories import AccessAction, Category
from shared.access.models import RecordItself, Scoped
from shared.db.base import Moment
from shared.ids import new_id

_BOOKKEEPING = frozenset(
    {
        *("id", "client_id", "owner_agency", "category", "part_id"),
        *("standing", "recorded_at", "superseded_at", "changed", "provenance", "ended"),
    }
)


class Version(Base, Scoped):
    """One version of a piece of the record: what it says, since when, and where each value came from.

    `changed` names the fields in which it differs from the version before; `provenance` tells of every field
    which agency, officer and system gave its value and when.
    """

    __abstract__ = True

    piece: ClassVar[str]
    """What the section is called on the record, or the list in which the part stands."""
    about: ClassVar[Category]
    """The category of data that the piece is."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    standing: Mapped[Standing] = mapped_column(String(8))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    superseded_at: Mapped[datetime | None] = mapped_column(Moment)
    changed: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    provenance: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSONB)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return cls.indexes()

    @classmethod
    def indexes(cls) -> tuple[Any, ...]:
        """The versions of a client in order."""
        return (Index(f"{cls.__tablename__}_of_client", "client_id", "recorded_at", "id"),)

    @classmethod
    @cache
    def fields(cls) -> tuple[str, ...]:
        """The columns that say something of the client."""
        said = (column for column in inspect(cls).columns if column.key not in _BOOKKEEPING)
        return tuple(column.key for column in said if "derived" not in column.info)

    @classmethod
    @cache
    def found_by(cls) -> tuple[str, ...]:
        """The columns by which the client is found: they follow from the others."""
        return tuple(column.key for column in inspect(cls).columns if "derived" in column.info)

    @property
    def scope(self) -> dict[str, Any]:
        """What every version of the same piece has in common."""
        return {"owner_agency": self.owner_agency, "client_id": self.client_id}

    @property
    def values(self) -> dict[str, Any]:
        """What the version says, field by field."""
        return {field: getattr(self, field) for field in self.fields()}

    @classmethod
    def derived(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Columns that follow from what a version says, so that it is found."""
        return {}

    @classmethod
    def first(cls, values: Mapping[str, Any], source: Source, **scope: Any) -> dict[str, Any]:
        """The columns of the first version; a field without a value came from nobody."""
        filled = [field for field in cls.fields() if (value := values.get(field)) is not None and value != []]
        return {
            "id": new_id(),
            "category": cls.about,
            "standing": Standing.CURRENT,
            "recorded_at": source.at,
            "changed": filled,
            "provenance": dict.fromkeys(filled, source.told()),
            **scope,
            **values,
            **cls.derived(values),
        }

    def revised(self, values: Mapping[str, Any], source: Source, standing: Standing = Standing.CURRENT) -> Self | None:
        """The version that follows when these values are given; none when they change nothing."""
        changed = [field for field, value in values.items() if getattr(self, field) != value]
        if not changed:
            return None
        said = self.values | dict(values)
        return type(self)(
            id=new_id(),
            category=self.category,
            standing=standing,
            recorded_at=source.at,
            changed=changed,
            provenance=self.provenance | dict.fromkeys(changed, source.told()),
            made_as=AccessAction.CHANGE,
            **self.scope,
            **said,
            **self.derived(said),
        )

    def supersede(self, at: datetime) -> None:
        """Another version is in force from now on."""
        self.standing, self.superseded_at = Standing.FORMER, at


class Section(RecordItself, Version):
    """A piece of the record that is there once for each client."""

    __abstract__ = True

    @classmethod
    def indexes(cls) -> tuple[Any, ...]:
        """Also one current version a client."""
        return (*super().indexes(), _one_current(cls.__tablename__, "client_id"))


class Part(Version):
    """A piece of the record that may be there several times; `part_id` is the id of its first version.

    A part that no longer holds, or never did, ends: `ended` tells why, and who said so when.
    """

    __abstract__ = True

    ended: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    @declared_attr
    def part_id(cls) -> Mapped[UUID]:
        """What all versions of a part have in common."""
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"))

    @classmethod
    def first(cls, values: Mapping[str, Any], source: Source, **scope: Any) -> dict[str, Any]:
        """The columns of the first version, by whose id the part is known."""
        columns = super().first(values, source, **scope)
        return columns | {"part_id": columns["id"]}

    @property
    def scope(self) -> dict[str, Any]:
        """Also which part it is."""
        return {**super().scope, "part_id": self.part_id}

    @classmethod
    def is_shown(cls) -> ColumnElement[bool]:
        """Which parts of the kind a record shows."""
        return true()

    @classmethod
    def indexes(cls) -> tuple[Any, ...]:
        """Also one current version a part, and the versions of a part in order."""
        table = cls.__tablename__
        in_order = Index(f"{table}_of_part", "part_id", "recorded_at", "id")
        return (*super().indexes(), _one_current(table, "part_id"), in_order)

    def end(self, reason: str, source: Source) -> None:
        """Nothing takes the place of the part."""
        self.supersede(source.at)
        self.ended = {"reason": reason, **source.told()}


def _one_current(table: str, key: str) -> Index:
    return Index(f"uq_{table}_current", key, unique=True, postgresql_where=text("standing = 'current'"))
