"""Many new rows of one table at once, by PostgreSQL's COPY: the way in for whole registers.

SQLAlchemy has no COPY, so this goes through the session's own asyncpg connection, inside its transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

import asyncpg
import orjson
from sqlalchemy import JSON, insert, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

MANY = 50
"""From as many rows on, COPY is cheaper than a statement for each."""


async def insert_all(session: AsyncSession, table: type[DeclarativeBase], rows: Sequence[dict[str, Any]]) -> None:
    """Write new rows of a table of plumbing in the way that suits their number."""
    if len(rows) < MANY:
        await session.execute(insert(table), rows)
    else:
        await copy(session, table, rows)


async def copy(session: AsyncSession, table: type[DeclarativeBase], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows with the session's transaction, which something must have been read or written in before."""
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, asyncpg.Connection)
    assert driver.is_in_transaction()
    await copy_to(driver, table, rows)


async def copy_to(
    connection: asyncpg.Connection, table: type[DeclarativeBase], rows: Iterable[Mapping[str, Any]]
) -> None:
    """Write rows, given as columns by name; what a row leaves out has the column's default, or none.

    PostgreSQL numbers the rows that have no number.
    """
    records = list(rows)
    if records:
        shape = _shape(table, numbered=_number(table) in records[0])
        tuples = [shape.record(row) for row in records]
        await connection.copy_records_to_table(table.__tablename__, records=tuples, columns=shape.names)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The columns to write of a table: their names, what they hold if nothing is said, and which are JSON."""

    names: tuple[str, ...]
    constants: dict[str, Any]
    made: tuple[tuple[str, Callable[[Any], Any]], ...]
    json: tuple[str, ...]
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]

    def record(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """A row as COPY takes it. It runs a million times for a register, hence by dictionaries and not by columns."""
        columns = {**self.constants, **row}
        for name, make in self.made:
            if name not in row:
                columns[name] = make(None)
        for name in self.json:
            if columns[name] is not None:
                columns[name] = orjson.dumps(columns[name]).decode()
        return self.values(columns)


@cache
def _number(table: type[DeclarativeBase]) -> str | None:
    """The column that PostgreSQL numbers, if there is one."""
    return next((column.key for column in inspect(table).columns if column.identity is not None), None)


@cache
def _shape(table: type[DeclarativeBase], *, numbered: bool) -> _Shape:
    columns = [column for column in inspect(table).columns if numbered or column.key != _number(table)]
    defaults: dict[str, Any] = {column.key: column.default for column in columns}
    return _Shape(
        names=tuple(defaults),
        constants={name: getattr(default, "arg", None) for name, default in defaults.items()},
        made=tuple((name, default.arg) for name, default in defaults.items() if default and default.is_callable),
        json=tuple(column.key for column in columns if isinstance(column.type, JSON)),
        values=itemgetter(*defaults),
    )
