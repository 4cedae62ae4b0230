"""Looks for a person in every store: they may stand where the model marks a home for such data, and only there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import asyncpg

from deploy.proofs.needles import Needle, Spelled, by_kind, needles_of
from deploy.proofs.planting import Exports
from deploy.proofs.stores import COLUMNS, Column, Stores
from services.case.models import Base as CaseBase
from shared.db.base import Holds

Wanted = Mapping[Holds, Spelled]


@dataclass(slots=True)
class Finding:
    """What was looked through, where needles stood that may, and where they stood that may not.

    `handed_out` are the kinds that exports hold where they may.
    """

    stores: int = 0
    at_home: dict[Holds, int] = field(default_factory=lambda: defaultdict(int))
    handed_out: set[Holds] = field(default_factory=set)
    leaks: list[str] = field(default_factory=list)


@cache
def homes() -> dict[Column, frozenset[Holds]]:
    """The columns that the model marks as the home of kinds of personal data."""
    return {
        Column("case", table.name, column.name): column.info["holds"]
        for table in CaseBase.metadata.sorted_tables
        for column in table.columns
        if "holds" in column.info
    }


async def look(stores: Stores, needles: Iterable[Needle], exports: Exports | None = None) -> Finding:
    """Look for the needles in every store, and for those planted in what was handed out."""
    finding, wanted = Finding(), by_kind(needles)
    for service in stores.databases:
        async with stores.database(service) as connection:
            await _look_into_tables(finding, service, connection, wanted)
    for path in stores.files():
        with suppress(FileNotFoundError):  # files beside the one that they replace come and go
            _look_into_bytes(finding, str(path.relative_to(stores.folder)), path.read_bytes(), wanted)
    async for name, content in stores.shown():
        _look_into_bytes(finding, name, content, wanted)
    if exports is not None:
        _look_into_exports(finding, exports)
    return finding


async def _look_into_tables(finding: Finding, service: str, connection: asyncpg.Connection, wanted: Wanted) -> None:
    tables: dict[str, list[str]] = defaultdict(list)
    for table, column in await connection.fetch(COLUMNS):
        tables[table].append(column)
    anything = "|".join(spelled.pattern for spelled in wanted.values())
    for table, columns in tables.items():
        finding.stores += 1
        texts = ", ".join(f'"{column}"::text' for column in columns)
        row_has_any = f"SELECT EXISTS (SELECT FROM \"{table}\" WHERE concat_ws(E'\\n', {texts}) ~* $1)"  # noqa: S608
        if await connection.fetchval(row_has_any, anything):
            places = [Column(service, table, column) for column in columns]
            await _look_into_columns(finding, places, connection, wanted)


async def _look_into_columns(
    finding: Finding, places: Sequence[Column], connection: asyncpg.Connection, wanted: Wanted
) -> None:
    counts = ", ".join(f'count(*) FILTER (WHERE "{place.name}"::text ~* $1)' for place in places)
    for holds, spelled in wanted.items():
        found = await connection.fetchrow(f'SELECT {counts} FROM "{places[0].table}"', spelled.pattern)  # noqa: S608
        for place, rows in zip(places, found, strict=True):
            if rows and holds in homes().get(place, ()):
                finding.at_home[holds] += rows
            elif rows:
                finding.leaks.append(f"{holds} in {place}: {rows} row(s)")


def _look_into_bytes(finding: Finding, name: str, content: bytes, wanted: Wanted) -> None:
    finding.stores += 1
    text = content.decode("utf-8", "replace").lower()
    finding.leaks.extend(f"{holds} in {name}" for holds, spelled in wanted.items() if spelled.stands_in(text))


def _look_into_exports(finding: Finding, exports: Exports) -> None:
    """A record may tell what its columns are the home of; in the other texts nobody is to be found."""
    wanted = by_kind(needle for resident in exports.people for needle in needles_of(resident))
    for name, text in exports.texts.items():
        _look_into_bytes(finding, name, text.encode(), wanted)
    for record in exports.records:
        finding.stores += 1
        for place, value in _told_in(record):
            found = {holds for holds, spelled in wanted.items() if spelled.stands_in(str(value).lower())}
            at_home = homes().get(place, frozenset())
            finding.handed_out |= found & at_home
            finding.leaks.extend(f"{holds} in {place} of an exported record" for holds in sorted(found - at_home))


def _told_in(record: Any) -> Iterator[tuple[Column, Any]]:
    """Everything that an exported record tells: values by their columns, and what stands around them."""
    for service in record["services"]:
        rows = list(service["items"])
        for row in rows:
            rows += row["parts"]
            for name, value in row["values"].items():
                yield Column(service["service"], row["table"], name), value
        yield Column(service["service"], "-", "words"), service["words"]
