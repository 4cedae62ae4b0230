"""Proves that a person stands in one table of one database: plants people nobody could overlook, and looks everywhere.

`python -m deploy.proofs single-copy` starts a system of its own, plants canaries through the API, plays the main
scenario about one of them, provokes errors that might quote them, and looks into every store.
"""

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

import asyncpg

from deploy.demo.resident import Resident
from deploy.proofs.stores import COLUMNS, Column, Stores
from services.case.models import Base as CaseBase
from shared.db.base import Holds

SHORTEST_NAME = 6
URL_SAFE = str.maketrans("+/", "-_")


@dataclass(frozen=True, slots=True)
class Needle:
    """A value of a person, and what kind of data it is: only columns marked to hold that kind may contain it."""

    holds: Holds
    value: str


@dataclass(slots=True)
class Finding:
    """What was looked through, where needles stood that may, and where they stood that may not."""

    stores: int = 0
    at_home: dict[Holds, int] = field(default_factory=lambda: defaultdict(int))
    leaks: list[str] = field(default_factory=list)


def needles_of(resident: Resident) -> list[Needle]:
    """What identifies a resident. A name that is too common to be looked for is looked for together with the other."""
    names = [name for name in (resident.first_name, resident.last_name) if len(name) >= SHORTEST_NAME]
    return [
        *(Needle(Holds.NAME, name) for name in names),
        Needle(Holds.NAME, f"{resident.first_name} {resident.last_name}"),
        Needle(Holds.PERSONAL_CODE, resident.personal_code),
        Needle(Holds.ADDRESS, resident.address),
        Needle(Holds.PHONE, resident.phone),
        Needle(Holds.EMAIL, resident.email),
        Needle(Holds.IDENTIFIER, resident.document_number),
    ]


def spellings(value: str) -> set[str]:
    """The ways in which a value may hide in text: unspaced, escaped for JSON or URLs, in hex, in base64 anywhere."""
    raw = value.encode()
    base64_texts = {_in_base64(raw, offset) for offset in range(3)}
    return {
        value,
        value.replace(" ", ""),
        _escaped(value),
        _escaped(_escaped(value)),
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
        raw.hex(),
        *base64_texts,
        *(text.translate(URL_SAFE) for text in base64_texts),
    }


def homes() -> dict[Column, Holds]:
    """The columns that the model marks as the home of a kind of personal data."""
    return {
        Column("case", table.name, column.name): column.info["holds"]
        for table in CaseBase.metadata.sorted_tables
        for column in table.columns
        if "holds" in column.info
    }


async def look(stores: Stores, needles: Iterable[Needle]) -> Finding:
    """Look for the needles in every store."""
    finding = Finding()
    patterns = {holds: _pattern(values) for holds, values in _by_kind(needles).items()}
    allowed = homes()
    for service in stores.databases:
        async with stores.database(service) as connection:
            await _look_into_tables(finding, service, connection, patterns, allowed)
    for path in stores.files():
        with suppress(FileNotFoundError):  # files beside the one that they replace come and go
            _look_into_bytes(finding, str(path.relative_to(stores.folder)), path.read_bytes(), patterns)
    async for name, content in stores.shown():
        _look_into_bytes(finding, name, content, patterns)
    return finding


async def _look_into_tables(
    finding: Finding,
    service: str,
    connection: asyncpg.Connection,
    patterns: Mapping[Holds, str],
    allowed: Mapping[Column, Holds],
) -> None:
    tables: dict[str, list[str]] = defaultdict(list)
    for table, column in await connection.fetch(COLUMNS):
        tables[table].append(column)
    for table, columns in tables.items():
        finding.stores += 1
        for holds, pattern in patterns.items():
            counts = ", ".join(f'count(*) FILTER (WHERE "{column}"::text ~* $1)' for column in columns)
            found = await connection.fetchrow(f'SELECT {counts} FROM "{table}"', pattern)  # noqa: S608
            for name, rows in zip(columns, found, strict=True):
                if rows and allowed.get(Column(service, table, name)) == holds:
                    finding.at_home[holds] += rows
                elif rows:
                    finding.leaks.append(f"{holds} in {service}.{table}.{name}: {rows} row(s)")


def _look_into_bytes(finding: Finding, name: str, content: bytes, patterns: Mapping[Holds, str]) -> None:
    finding.stores += 1
    text = content.decode("utf-8", "replace")
    finding.leaks.extend(f"{holds} in {name}" for holds, pattern in patterns.items() if re.search(pattern, text, re.I))


def _by_kind(needles: Iterable[Needle]) -> dict[Holds, list[str]]:
    values: dict[Holds, list[str]] = defaultdict(list)
    for needle in needles:
        values[needle.holds].append(needle.value)
    return values


def _pattern(values: Iterable[str]) -> str:
    found = {spelling for value in values for spelling in spellings(value)}
    return "|".join(re.escape(spelling) for spelling in sorted(found))


def _escaped(value: str) -> str:
    return json.dumps(value)[1:-1]


def _in_base64(raw: bytes, offset: int) -> str:
    """The part of a base64 text that stays the same whatever stands around the value, at one of three offsets."""
    encoded = base64.b64encode(bytes(offset) + raw).decode()
    return encoded[(0, 2, 3)[offset] : -4 if encoded.endswith("=") else len(encoded)]
