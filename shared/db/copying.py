"""Many new rows of one table at once, by PostgreSQL's COPY: the way in for whole registers.

SQLAlchemy has no COPY, so this goes through the session's own asyncpg connection, inside its transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import asyncpg
import orjson
from sqlalchemy import JSON, Column, insert, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

Fill = Callable[[Mapping[str, Any]], Any]


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
    names, fills = _columns(table, numbered=bool(records) and _number(table) in records[0])
    tuples = [tuple([fill(row) for fill in fills]) for row in records]
    await connection.copy_records_to_table(table.__tablename__, records=tuples, columns=names)


@cache
def _number(table: type[DeclarativeBase]) -> str | None:
    """The column that PostgreSQL numbers, if there is one."""
    return next((column.key for column in inspect(table).columns if column.identity is not None), None)


@cache
def _columns(table: type[DeclarativeBase], *, numbered: bool) -> tuple[tuple[str, ...], tuple[Fill, ...]]:
    """The columns to write, and how each is filled from a row."""
    columns = [column for column in inspect(table).columns if numbered or column.key != _number(table)]
    return tuple(column.name for column in columns), tuple(_fill(column) for column in columns)


def _fill(column: Column[Any]) -> Fill:
    name, default = column.key, column.default
    if isinstance(column.type, JSON):
        return lambda row: None if row.get(name) is None else orjson.dumps(row[name]).decode()
    if default is None:
        return lambda row: row.get(name)
    given = default.arg  # type: ignore[attr-defined]
    if default.is_callable:
        return lambda row: row[name] if name in row else given(None)
    return lambda row: row.get(name, given)
