"""Every place in which a running Sidus keeps or shows anything: tables, streams, files, metrics."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from deploy.embedded.environment import database_urls
from deploy.embedded.landscape import HTTP_PARTS
from deploy.embedded.ports import HOST
from deploy.embedded.state import DataFolder

NOT_LOOKED_INTO = ("postgres",)
"""PostgreSQL's own files: what they hold is looked at as tables."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table of a service's database."""

    service: str
    table: str
    name: str

    def __str__(self) -> str:
        return f"{self.service}.{self.table}.{self.name}"


@dataclass(frozen=True, slots=True)
class Counted:
    """What the case service's tables hold of one person."""

    clients: int
    cases: int
    agencies: int


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of one installation on this machine."""

    databases: dict[str, str]
    folder: Path
    addresses: dict[str, str]

    @classmethod
    def of(cls, folder: Path) -> "Stores":
        """The stores of the installation that runs on a data folder."""
        data = DataFolder(folder)
        running = data.running()
        ports = running.ports if running else {}
        return cls(
            databases=database_urls(data, running.database_server) if running else {},
            folder=folder,
            addresses={part: f"http://{HOST}:{ports[part]}" for part in HTTP_PARTS if part in ports},
        )

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection to a service's database, under the service's own role."""
        connection = await asyncpg.connect(self.databases[service], timeout=10)
        try:
            yield connection
        finally:
            await connection.close()

    async def count(self, client_id: str) -> Counted:
        """How many client rows and cases there are of one person, and of how many agencies."""
        async with self.database("case") as connection:
            clients = await connection.fetchval("SELECT count(*) FROM client WHERE id = $1", client_id)
            cases = await connection.fetchrow(
                'SELECT count(*), count(DISTINCT owner_agency) FROM "case" WHERE client_id = $1', client_id
            )
        return Counted(clients, cases[0], cases[1])

    def files(self) -> Iterator[Path]:
        """Every file of the installation but PostgreSQL's own: streams, logs, configuration, secrets."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.relative_to(self.folder).parts[0] not in NOT_LOOKED_INTO:
                yield path

    async def shown(self) -> AsyncIterator[tuple[str, bytes]]:
        """What each part shows of itself: metrics and health."""
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            for part, address in self.addresses.items():
                for path in ("/metrics", "/health/ready"):
                    yield f"{part}{path}", (await http.get(address + path)).content


COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
"""
