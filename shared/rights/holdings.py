"""What a service holds of a client, read off its tables: personal rows, and the rows that hang on each.

Nobody lists tables by hand. A table with personal rows is found by being `Scoped`; one whose rows refer to such
rows, and say nothing of whose they are, is a part of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Column, ForeignKey, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapper

from shared.access.models import Scoped

BOOKKEEPING = frozenset({"client_id", "owner_agency", "category", "version", "sequence"})
"""Columns that say nothing of the person, or what is told of each row anyway."""

LONGEST_CODE = 64
"""A longer text is words, not a code."""


@dataclass(frozen=True, slots=True, eq=False)
class Holding:
    """A table that holds something of a client. Its rows are personal themselves or hang on those of another.

    `hangs_by` is the attribute that refers to the row a part hangs on, `hangs_on` the attribute it refers to.
    """

    mapper: Mapper[Any]
    parts: tuple["Holding", ...]
    hangs_by: str | None = None
    hangs_on: str | None = None

    @property
    def name(self) -> str:
        """The table."""
        return self.table.name

    @property
    def table(self) -> Table:
        """The table itself."""
        table = self.mapper.local_table
        assert isinstance(table, Table)
        return table

    @property
    def key(self) -> list[Column[Any]]:
        """The columns of the primary key."""
        return list(self.table.primary_key.columns)

    @property
    def is_told_with_the_whole(self) -> bool:
        """Whether whoever is told of the row is told what hangs on it: not what by itself is nothing to tell."""
        return self.hangs_by is not None and "derived" not in self.mapper.columns[self.hangs_by].info

    @property
    def shown(self) -> dict[str, Column[Any]]:
        """What is told of a row, by the name of the attribute."""
        columns = ((attribute.key, self.table.c[attribute.columns[0].name]) for attribute in self.mapper.column_attrs)
        return {key: column for key, column in columns if self._is_told(key, column)}

    @property
    def coded(self) -> list[str]:
        """The attributes that hold short codes, one or a list of them."""
        return [name for name, column in self.shown.items() if _is_code(column)]

    def with_parts(self) -> Iterator["Holding"]:
        """The table and everything that hangs on it, at any depth."""
        yield self
        for part in self.parts:
            yield from part.with_parts()

    def _is_told(self, key: str, column: Column[Any]) -> bool:
        return key not in BOOKKEEPING and key != self.hangs_by and "derived" not in column.info


@cache
def holdings_of(tables: type[DeclarativeBase]) -> tuple[Holding, ...]:
    """Every table of a service with personal rows, each with its parts; what others refer to comes first."""
    mappers = {mapper.local_table: mapper for mapper in tables.registry.mappers}
    in_order = [mappers[table] for table in tables.metadata.sorted_tables if table in mappers]
    return tuple(Holding(mapper, _parts(mapper, in_order)) for mapper in in_order if is_personal(mapper))


def ids_only_of(tables: type[DeclarativeBase]) -> tuple[Holding, ...]:
    """Tables that name a client and hold nothing personal, such as grants, each with its parts."""
    mappers = list(tables.registry.mappers)
    naming = (mapper for mapper in mappers if "client_id" in mapper.columns and not is_personal(mapper))
    return tuple(Holding(mapper, _parts(mapper, mappers)) for mapper in naming)


def is_personal(mapper: Mapper[Any]) -> bool:
    """Whether the rows of a table say themselves whose they are."""
    return issubclass(mapper.class_, Scoped)


def _parts(whole: Mapper[Any], in_order: Sequence[Mapper[Any]]) -> tuple[Holding, ...]:
    """Tables whose rows belong to rows of `whole` and are not personal by themselves."""
    return tuple(
        Holding(
            mapper,
            _parts(mapper, in_order),
            hangs_by=mapper.get_property_by_column(key.parent).key,
            hangs_on=whole.get_property_by_column(key.column).key,
        )
        for mapper in in_order
        if not is_personal(mapper)
        for key in _references(mapper.local_table, whole.local_table)
    )


def _references(table: Any, whole: Any) -> list[ForeignKey]:
    return [key for key in table.foreign_keys if key.column.table is whole]


def _is_code(column: Column[Any]) -> bool:
    kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
    return isinstance(kind, String) and (kind.length or LONGEST_CODE + 1) <= LONGEST_CODE and "holds" not in column.info
