"""Telling what a service holds of a client: row by row, in pages, each row under the reader's rights and logged."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import raiseload

from shared.access.aliases import ids_of
from shared.access.models import RecordItself, Scoped
from shared.access.visibility import whole_of
from shared.actor import Role
from shared.db.work import UnitOfWork
from shared.http.paging import Paging
from shared.labels import Labels, Language
from shared.rights.holdings import Holding
from shared.rights.schemas import Held, HoldingsPage, Part, TableWords

_NARROW = raiseload("*")
"""Only the table's own columns: what hangs on a row is asked for once for the whole page."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One page being read: whose rows, by whom, and how each table is to be called.

    Records that were merged into the client's are data held of the same person: their rows are told as former ones.
    """

    work: UnitOfWork
    client_id: UUID
    labels: Labels
    language: Language

    async def page(self, holdings: Sequence[Holding], asked: Paging) -> HoldingsPage:
        """As many rows as asked for, table by table, from where the page before ended."""
        found: list[tuple[Holding, Any]] = []
        table, *key = asked.after or [None]
        for holding in _from(self._told(holdings), table):
            after = key if holding.name == table else []
            found += [(holding, row) for row in await self._rows(holding, after, asked.limit + 1 - len(found))]
            if len(found) > asked.limit:
                break
        shown = found[: asked.limit]
        items = [item for holding in _distinct(shown) for item in await self._held(holding, shown)]
        following = _cursor(asked, *shown[-1]) if len(found) > asked.limit else None
        return HoldingsPage(items=items, words=self._words(items, holdings), next=following)

    def _told(self, holdings: Sequence[Holding]) -> list[Holding]:
        """The tables whose rows the reader may be told."""
        everything = self.work.actor.has(Role.PERSON)
        return [holding for holding in holdings if everything or not holding.mapper.class_.for_the_person_alone]

    async def _rows(self, holding: Holding, after: Sequence[Any], most: int) -> Sequence[Any]:
        """Rows of one table in the order of its key. Index: each such table has one that begins with `client_id`."""
        model: type[Scoped] = holding.mapper.class_
        query = (await self._rows_of(model)).options(_NARROW)
        if after:
            query = query.where(tuple_(*holding.key) > tuple_(*_typed(holding, after)))
        return await self.work.all(query.order_by(*holding.key).limit(most))

    async def _rows_of(self, model: type[Scoped]) -> Select[Any]:
        """The client's rows of a table, those of merged records too where it is the record itself."""
        if issubclass(model, RecordItself):
            ids = await ids_of(self.work.session, self.client_id)
            return whole_of(self.client_id, select(model).where(model.client_id.in_(ids)))
        return select(model).where(model.client_id == self.client_id)

    async def _held(self, holding: Holding, shown: Sequence[tuple[Holding, Any]]) -> list[Held]:
        rows = [row for of, row in shown if of is holding]
        parts = await self._parts(holding, rows)
        withheld = _of_others(holding) if self.work.actor.has(Role.PERSON) else []
        return [
            Held(
                table=holding.name,
                values={name: getattr(row, name) for name in holding.shown if name not in withheld},
                parts=parts[row],
                category=row.category,
                agency=row.owner_agency,
                merged_record=None if row.client_id == self.client_id else row.client_id,
                withheld=[name for name in withheld if getattr(row, name) is not None],
            )
            for row in rows
        ]

    async def _parts(self, whole: Holding, rows: Sequence[Any]) -> dict[Any, list[Part]]:
        """What hangs on each of the rows, asked for once for each table. Index: the part's reference to the whole."""
        hanging: dict[Any, list[Part]] = defaultdict(list)
        for part in (one for one in whole.parts if rows and one.is_told_with_the_whole):
            assert part.hangs_by
            assert part.hangs_on
            by_key = {getattr(row, part.hangs_on): row for row in rows}
            reference = getattr(part.mapper.class_, part.hangs_by)
            found = await self.work.all(select(part.mapper.class_).where(reference.in_(by_key)).options(_NARROW))
            deeper = await self._parts(part, found)
            for one in found:
                values = {name: getattr(one, name) for name in part.shown}
                told = Part(table=part.name, values=values, parts=deeper[one])
                hanging[by_key[getattr(one, part.hangs_by)]].append(told)
        return hanging

    def _words(self, items: Sequence[Held], holdings: Sequence[Holding]) -> dict[str, TableWords]:
        met: dict[str, list[Part]] = defaultdict(list)
        for item in items:
            for part in _with_parts(item):
                met[part.table].append(part)
        tables = (table for holding in holdings for table in holding.with_parts() if table.name in met)
        return {table.name: self._table_words(table, met[table.name]) for table in tables}

    def _table_words(self, table: Holding, met: Sequence[Part]) -> TableWords:
        values = [value for row in met for value in row.values.values()]
        inner = {f"field.{key}" for value in values for key in _inner_keys(value)}
        fields = {name: self._text(field_code(table, name, self.labels)) for name in table.shown}
        inner_fields = {code.removeprefix("field."): self._text(code) for code in inner if code in self.labels}
        coded = {name: {code for row in met for code in _listed(row.values.get(name)) if code} for name in table.coded}
        return TableWords(
            title=self._text(f"table.{table.name}"),
            fields=inner_fields | fields,
            values={name: words for name, codes in coded.items() if (words := self._value_words(name, codes))},
        )

    def _value_words(self, name: str, codes: Iterable[str]) -> dict[str, str]:
        labels = {code: value_code(name, code, self.labels) for code in codes}
        return {code: self._text(label) for code, label in labels.items() if label}

    def _text(self, code: str) -> str:
        return self.labels.text(code, self.language)


def field_code(table: Holding, name: str, labels: Labels) -> str:
    """The code under which a field is labelled: its own in this table, where it has one."""
    own = f"field.{table.name}.{name}"
    return own if own in labels else f"field.{name}"


def value_code(name: str, code: str, labels: Labels) -> str | None:
    """The code under which a field's coded value is labelled: its own in fields of this name, where it has one."""
    of_field = (f"value.{name}.{code}", f"category.{code}") if name == "categories" else (f"value.{name}.{code}",)
    return next((label for label in (*of_field, f"value.{code}", code) if label in labels), None)


def _from(holdings: Sequence[Holding], table: str | None) -> Iterator[Holding]:
    names = [holding.name for holding in holdings]
    yield from holdings[names.index(table) if table in names else 0 :]


def _distinct(shown: Sequence[tuple[Holding, Any]]) -> list[Holding]:
    return list(dict.fromkeys(holding for holding, _ in shown))


def _cursor(asked: Paging, holding: Holding, row: Any) -> str:
    return asked.cursor([holding.name, *(getattr(row, column.key) for column in holding.key)])


def _typed(holding: Holding, texts: Sequence[str]) -> list[Any]:
    readers = {UUID: UUID, int: int}
    return [readers.get(column.type.python_type, str)(text) for column, text in zip(holding.key, texts, strict=True)]


def _of_others(holding: Holding) -> list[str]:
    return [name for name, column in holding.shown.items() if "of_others" in column.info]


def _with_parts(item: Part) -> Iterator[Part]:
    yield item
    for part in item.parts:
        yield from _with_parts(part)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _inner_keys(value: Any) -> Iterator[str]:
    """The names of fields within a value that is stored as a whole."""
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _inner_keys(inner)
