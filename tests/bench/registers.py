"""An import against a raw COPY of the very rows that it left: on one server, in tables alike, batch by batch."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Any, Self
from uuid import UUID

import asyncpg

from deploy.embedded.postgres import EmbeddedPostgres
from services.case.app import app, service
from shared.actor import Role
from shared.http.app import spare_collections
from tests.conftest import new_database
from tests.support.register import forms
from tests.support.registrar import Registrar, json_lines
from tests.support.service import Running, serve, settings

BATCH = 1_000
WARM_UP = 5
"""Batches that do not count: pools, caches and plans are made in them."""

LEAST = 1 / 3
"""What an import may not fall below, as a share of the rate of the raw COPY."""

OF_CLIENTS = "client_id = ANY($1)"
TABLES = {
    "client": OF_CLIENTS,
    "client_identity": OF_CLIENTS,
    "client_contact": OF_CLIENTS,
    "client_social": OF_CLIENTS,
    "client_health": OF_CLIENTS,
    "client_identifier": OF_CLIENTS,
    "client_relation": OF_CLIENTS,
    "earlier_assessment": OF_CLIENTS,
    "external_id": OF_CLIENTS,
    "access_log": OF_CLIENTS,
    "access_seal": "seq IN (SELECT seq FROM access_log WHERE client_id = ANY($1))",
    "outbox": "id IN (SELECT id FROM outbox WHERE aggregate_id = ANY($1) AND seq > $2)",
    "import_row": "import_id = $3 AND number BETWEEN $4 AND $5",
}
"""Every table that an import writes, in the order in which they refer to each other, and which rows are a batch's."""


@dataclass
class Times:
    """Seconds that each batch took, imported and copied."""

    imported: list[float] = field(default_factory=list)
    copied: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The rate of the import as a share of that of the raw COPY, over all batches."""
        return sum(self.copied) / sum(self.imported)

    @property
    def median_ratio(self) -> float:
        """The same of the median batch."""
        return median(copied / imported for imported, copied in zip(self.imported, self.copied, strict=True))

    def rate(self, seconds: Iterable[float]) -> float:
        """Clients a second."""
        return BATCH * len(self.imported) / sum(seconds)


@dataclass
class Course:
    """The service on one database, and a bare connection to each of two."""

    registrar: Registrar
    running: dict[str, Any]
    served: asyncpg.Connection
    raw: asyncpg.Connection

    @classmethod
    @asynccontextmanager
    async def at(cls, server: str) -> AsyncIterator[Self]:
        """Two databases alike, one of them with the service on it: in this process, its relay and sealer at rest."""
        urls = [await new_database(server, "case", name) for name in ("bench_served", "bench_raw")]
        async with AsyncExitStack() as stack:
            spare_collections()
            running: Running = await stack.enter_async_context(serve(service, app, settings(urls[0])))
            http = running.calls(running.actor("tamme", Role.REGISTRAR))
            stack.push_async_callback(http.aclose)
            served, raw = [await asyncpg.connect(url) for url in urls]
            for connection in (served, raw):
                stack.push_async_callback(connection.close)
            registrar = Registrar(http, "tamme")
            course = cls(registrar, await registrar.begins_import(), served, raw)
            await course._copied({"import": await course._dumped("import", "true")})
            yield course

    async def batch(self, people: list[dict[str, Any]], first: int) -> tuple[float, float]:
        """Import a batch, then copy the rows that it left; answers with the seconds of each."""
        body, last_event = json_lines(people), await self.served.fetchval("SELECT coalesce(max(seq), 0) FROM outbox")
        began = perf_counter()
        answer = await self.registrar.sends_rows(self.running, body, first)
        imported = perf_counter() - began
        assert answer["counts"] == {"created": first + len(people) - 1}
        ids = [UUID(row["client_id"]) for row in answer["rows"]]
        facts = (ids, last_event, UUID(self.running["id"]), first, first + len(people) - 1)
        rows = {table: await self._dumped(table, which, *facts) for table, which in TABLES.items()}
        return imported, await self._copied(rows)

    async def _dumped(self, table: str, which: str, *facts: Any) -> bytes:
        """The rows in PostgreSQL's own binary form, which costs least to take in."""
        into = BytesIO()
        used = [fact for number, fact in enumerate(facts, 1) if f"${number}" in which]
        for place, number in enumerate([n for n in range(1, len(facts) + 1) if f"${n}" in which], 1):
            which = which.replace(f"${number}", f"${place}")
        query = f'SELECT * FROM "{table}" WHERE {which}'  # noqa: S608
        await self.served.copy_from_query(query, *used, output=into, format="binary")
        return into.getvalue()

    async def _copied(self, rows: dict[str, bytes]) -> float:
        """Copy rows into the other database in one transaction, as an import writes them in one."""
        began = perf_counter()
        async with self.raw.transaction():
            for table, data in rows.items():
                await self.raw.copy_to_table(table, source=BytesIO(data), format="binary")
        return perf_counter() - began


async def run(count: int, told: Any) -> Times:
    """Import that many clients and copy them again; `told` hears of each batch."""
    times, people = Times(), forms(count + WARM_UP * BATCH)
    with EmbeddedPostgres.temporary() as server:
        async with Course.at(server.url) as course:
            for number in range(WARM_UP + count // BATCH):
                imported, copied = await course.batch(list(islice(people, BATCH)), number * BATCH + 1)
                if number >= WARM_UP:
                    times.imported.append(imported)
                    times.copied.append(copied)
                    told(times)
    return times
