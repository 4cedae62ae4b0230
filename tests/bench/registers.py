"""An import against a raw COPY of the very rows that it left: on one server, in tables alike, turn by turn."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from statistics import median
from time import perf_counter, process_time
from typing import Any, Self
from uuid import UUID

import asyncpg
import httpx
import psutil

from deploy.embedded.postgres import EmbeddedPostgres
from deploy.registers.caller import Bearer, Caller
from deploy.registers.file import Batch
from deploy.registers.sending import Wish, send_batches
from services.case.app import app, service
from shared.actor import Role
from shared.http.app import spare_collections
from shared.security.internal_token import sign
from tests.conftest import new_database
from tests.support.register import forms
from tests.support.registrar import json_lines
from tests.support.service import KEY, Running, serve, settings
from tests.support.stored import rows_of_each

BATCH = 1_000
TURN = 5
"""Batches that are imported in one turn, and then copied in one."""

LEAST = 1 / 3
"""What an import may not fall below, as a share of the rate of the raw COPY."""

WISH = Wish("A register", "star", dry_run=False)
CLIENTS = "client_id = ANY($1)"
TABLES = {
    "client": CLIENTS,
    "client_identity": CLIENTS,
    "client_contact": CLIENTS,
    "client_social": CLIENTS,
    "client_health": CLIENTS,
    "client_identifier": CLIENTS,
    "client_relation": CLIENTS,
    "earlier_assessment": CLIENTS,
    "access_log": CLIENTS,
    "access_seal": "seq IN (SELECT seq FROM access_log WHERE client_id = ANY($1))",
    "outbox": f"aggregate_id = ANY($1) AND seq > (SELECT max(seq) FROM outbox) - {2 * TURN} * cardinality($1::uuid[])",  # noqa: S608
    "import_row": "client_id = ANY($1)",
}
"""Every table that this import writes, in the order in which they refer to each other, and which rows are a turn's."""


@dataclass(slots=True)
class Cost:
    """Seconds on the clock and of the processors, for each turn."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Clients a second."""
        return len(self.wall) * TURN * BATCH / sum(self.wall)

    @property
    def cpu_us(self) -> float:
        """Microseconds of the processors for each client."""
        return sum(self.cpu) / (len(self.cpu) * TURN * BATCH) * 1e6


@dataclass(slots=True)
class Times:
    """What the import cost, and what the raw COPY."""

    imported: Cost = field(default_factory=Cost)
    copied: Cost = field(default_factory=Cost)

    @property
    def ratio(self) -> float:
        """The rate of the import as a share of that of the raw COPY, in the median turn."""
        return median(raw / own for own, raw in zip(self.imported.wall, self.copied.wall, strict=True))


class Meter:
    """What this process and the server have used of the processors."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server

    def seconds(self) -> float:
        """User and system time so far, of the server's processes too."""
        root = psutil.Process(int((self._server.cluster / "postmaster.pid").read_text().split()[0]))
        used = (process.cpu_times() for process in (root, *root.children(recursive=True)))
        return process_time() + sum(times.user + times.system for times in used)


@dataclass(slots=True)
class Course:
    """The service on one database, its sender, and a bare connection to each of two databases."""

    caller: Caller
    import_id: str
    served: asyncpg.Connection
    raw: asyncpg.Connection

    @classmethod
    @asynccontextmanager
    async def at(cls, server: str) -> AsyncIterator[Self]:
        """Two databases alike, one of them with the service on it: in this process, its relay and sealer at rest."""
        urls = [await new_database(server, "case", name) for name in ("bench_served", "bench_raw")]
        spare_collections()
        async with AsyncExitStack() as stack:
            running = await stack.enter_async_context(serve(service, app, settings(urls[0])))
            http = await stack.enter_async_context(_calling(running))
            served, raw = [await asyncpg.connect(url) for url in urls]
            for connection in (served, raw):
                stack.push_async_callback(connection.close)
            form = {"name": WISH.name, "system": WISH.system}
            begun = await Caller(http).call("POST", "/imports", json=form)
            course = cls(Caller(http), begun["id"], served, raw)
            await course.copies({"import": await course._dumped("import", "$1::uuid[] IS NOT NULL", [])})
            yield course

    async def imports(self, batches: Sequence[Batch]) -> list[UUID]:
        """Import batches as `sidus import` sends them; answers with the clients they made."""
        rows: list[dict[str, Any]] = []
        await send_batches(self.caller, "jsonl", self.import_id, batches, lambda answer: rows.extend(answer["rows"]))
        assert {row["outcome"] for row in rows} == {"created"}
        return [UUID(row["client_id"]) for row in rows]

    async def rows_of(self, clients: Sequence[UUID]) -> dict[str, bytes]:
        """Every row that their import left."""
        return {table: await self._dumped(table, which, clients) for table, which in TABLES.items()}

    async def copies(self, rows: dict[str, bytes]) -> None:
        """Copy rows into the other database, in one transaction."""
        async with self.raw.transaction():
            for table, data in rows.items():
                await self.raw.copy_to_table(table, source=BytesIO(data), format="binary")

    async def are_alike(self) -> bool:
        """Whether both databases hold the same number of rows in every table."""
        return await rows_of_each(self.served) == await rows_of_each(self.raw)

    async def _dumped(self, table: str, which: str, clients: Sequence[UUID]) -> bytes:
        """Rows in PostgreSQL's own binary form, which costs least to take in."""
        into = BytesIO()
        query = f'SELECT * FROM "{table}" WHERE {which}'  # noqa: S608
        await self.served.copy_from_query(query, clients, output=into, format="binary")
        return into.getvalue()


def _calling(running: Running) -> httpx.AsyncClient:
    """A registrar's client, as the gateway would call, with tokens that last as long as the gateway's."""
    actor = running.actor("tamme", Role.REGISTRAR)
    auth = Bearer(lambda: sign(actor, caller="gateway", service="case", key=KEY, now=running.runtime.clock.now()))
    return httpx.AsyncClient(transport=httpx.ASGITransport(running.app), base_url="http://service", auth=auth)


async def run(count: int, told: Callable[[Times], None]) -> Times:
    """Import that many clients and copy them again, turn by turn; `told` hears of each turn. The first is a warm-up."""
    times, batches = Times(), _batches(count + TURN * BATCH)
    with EmbeddedPostgres.temporary() as server:
        meter = Meter(server)
        async with Course.at(server.url) as course:
            while turn := list(islice(batches, TURN)):
                began = perf_counter(), meter.seconds()
                clients = await course.imports(turn)
                between = perf_counter(), meter.seconds()
                rows = [await course.rows_of(some) for some in _parts(clients)]
                again = perf_counter(), meter.seconds()
                for one in rows:
                    await course.copies(one)
                ended = perf_counter(), meter.seconds()
                if turn[0].first > 1:
                    _note(times.imported, began, between)
                    _note(times.copied, again, ended)
                    told(times)
            assert await course.are_alike()
    return times


def _note(cost: Cost, began: tuple[float, float], ended: tuple[float, float]) -> None:
    cost.wall.append(ended[0] - began[0])
    cost.cpu.append(ended[1] - began[1])


def _parts(clients: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    """The clients of each batch: a transaction of the COPY holds as much as one of the import."""
    return (clients[place : place + BATCH] for place in range(0, len(clients), BATCH))


def _batches(count: int) -> Iterable[Batch]:
    people = forms(count)
    for first in range(1, count + 1, BATCH):
        yield Batch(first, BATCH, json_lines(islice(people, BATCH)))
