"""The rows with personal data as they are stored, read past every hook: whose they are and what gives them away."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, Final

import asyncpg
import orjson
from sqlalchemy import Table
from sqlalchemy.orm import DeclarativeBase

from deploy.proofs.access import taught
from deploy.proofs.access.marks import Marks
from shared.access.models import Scoped

ACCESS_LOG: Final = "access_log"
_UUID: Final = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: whose, about whom, of what kind; the ids it holds, and the marks that stand in it.

    One that gathers rows about several clients is nobody's and of no kind.
    """

    service: str
    table: str
    key: str
    owner: str
    client: str | None
    category: str
    digest: str = field(compare=False)
    ids: Mapping[str, str] = field(compare=False, hash=False)
    marks: frozenset[str] = field(compare=False, hash=False)
    is_told: bool = True
    """Whether the person may know of the row by now."""

    def __str__(self) -> str:
        return f"{self.place} {self.key} of {self.owner}"

    @property
    def place(self) -> str:
        """The table, told apart from those of the same name in other services."""
        return f"{self.service}.{self.table}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A table with personal data and the columns of its key."""

    service: str
    name: str
    key: tuple[str, ...]


@cache
def base_of(service: str) -> type[DeclarativeBase]:
    """The declarative base of a service, with every table of it known."""
    base: type[DeclarativeBase] = import_module(f"services.{service}.models").Base
    return base


@cache
def scoped_tables(service: str) -> tuple[Kept, ...]:
    """The tables of a service that hold personal data, by the model itself."""
    mappers = [mapper for mapper in base_of(service).registry.mappers if issubclass(mapper.class_, Scoped)]
    return tuple(_kept(service, mapper.local_table) for mapper in mappers if isinstance(mapper.local_table, Table))


def looked_into(service: str) -> Iterator[tuple[Kept, str]]:
    """The tables of a service of whose rows it is known who may see them, each with which of its rows are looked at."""
    words = "to_jsonb(r)::text LIKE $2"
    for scoped in scoped_tables(service):
        yield scoped, f"client_id = ANY($1::uuid[]) OR (client_id IS NULL AND {words})"
    for name, table in base_of(service).metadata.tables.items():
        kept, place = _kept(service, table), f"{service}.{name}"
        if place in taught.OF_AGENCY:
            yield kept, taught.OF_AGENCY[place].format(words=words)
        if place in taught.GATHERING:
            part, by = taught.GATHERING[place]
            yield kept, f"id IN (SELECT {by} FROM {part} WHERE client_id = ANY($1::uuid[]))"  # noqa: S608


def _kept(service: str, table: Table) -> Kept:
    return Kept(service, table.name, tuple(column.name for column in table.primary_key))


Look = Callable[[asyncpg.Connection, str, Collection[str], Marks], Awaitable[list[Row]]]
"""How one service's database is looked into."""


async def rows_about(connection: asyncpg.Connection, service: str, clients: Collection[str], marks: Marks) -> list[Row]:
    """The rows of one service that are about the clients, or about nobody and of this run."""
    tables = {table.name: (table, condition) for table, condition in looked_into(service)}
    query = " UNION ALL ".join(
        f"SELECT '{name}', to_jsonb(r)::text FROM \"{name}\" r WHERE {condition}"  # noqa: S608 - names from the model
        for name, (_, condition) in tables.items()
    )
    stored = await connection.fetch(query, list(clients), f"%{marks.run}%")
    return [_row(tables[name][0], text, marks) for name, text in stored]


async def entries_about(
    connection: asyncpg.Connection, service: str, clients: Collection[str], marks: Marks
) -> list[Row]:
    """The access-log entries of one service about the clients: rows of the agency that looked."""
    query = "SELECT to_jsonb(r)::text FROM access_log r WHERE client_id = ANY($1::uuid[])"
    table = Kept(service, ACCESS_LOG, ("id",))
    return [_row(table, text, marks) for (text,) in await connection.fetch(query, list(clients))]


def _row(table: Kept, text: str, marks: Marks) -> Row:
    columns: dict[str, Any] = orjson.loads(text)
    return Row(
        service=table.service,
        table=table.name,
        key="/".join(str(columns[name]) for name in table.key),
        owner=columns.get("owner_agency") or columns.get("agency", ""),
        client=columns.get("client_id"),
        category=columns.get("category", ""),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        ids={name: value for name, value in columns.items() if isinstance(value, str) and _UUID.match(value)},
        marks=frozenset(marks.found_in(text)),
        is_told=columns.get("told_at", "-") is not None and columns.get("hidden_until") is None,
    )
