"""The whole system as one object: started, stopped, and taken apart by tests."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Self

from deploy.embedded import health
from deploy.embedded.child import Program
from deploy.embedded.cluster import SUPERUSER
from deploy.embedded.databases import create_missing
from deploy.embedded.environment import Addresses, database_urls, environment_of, passwords
from deploy.embedded.landscape import GATEWAY, HTTP_PARTS, REGISTER, SERVICES, app_of
from deploy.embedded.ledger import Ledger
from deploy.embedded.migrations import migrate, migrate_changed
from deploy.embedded.nats import ADMINISTRATOR, EmbeddedNats
from deploy.embedded.ports import HOST, free_ports, require_free
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.processes import Part, Report, State, Supervisor
from deploy.embedded.state import DataFolder, Running

MIGRATIONS = "migrations"
UVICORN = (
    *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-server-header"),
    *("--timeout-keep-alive", "75", "--timeout-graceful-shutdown", "10"),
)


def silent(part: str, state: State) -> None:
    """The report of those who do not watch."""


class System:
    """PostgreSQL, NATS, the four services and the gateway, on one data folder.

    Uses the servers that `SIDUS_DATABASE_URL` (an administrator's address) and `SIDUS_NATS_URL`
    name instead of its own.
    """

    def __init__(self, data: DataFolder, ports: Mapping[str, int], report: Report) -> None:
        self.data = data
        self.ports = dict(ports)
        self._report = report
        self._ledger = Ledger(data.processes)
        self._supervisor = Supervisor(data.logs, self._ledger, report)
        self._postgres = _own_postgres(data, ports)
        self._nats = _own_nats(data, ports)
        self.superuser_url = self._postgres.url if self._postgres else os.environ["SIDUS_DATABASE_URL"]
        self.nats_url = self._nats.url if self._nats else os.environ["SIDUS_NATS_URL"]
        self.database_passwords = passwords(data, "database")
        self.addresses = Addresses(
            ports=self.ports,
            databases=database_urls(data, self.superuser_url),
            nats={name: self._nats.url_for(name) if self._nats else self.nats_url for name in SERVICES},
        )

    @classmethod
    @asynccontextmanager
    async def start(
        cls, data: Path, ports: Mapping[str, int] | None = None, report: Report = silent
    ) -> AsyncIterator[Self]:
        """Run the system on the folder while the block lasts; `ports` are free ones unless given.

        Raises LauncherError with one sentence where it cannot start.
        """
        folder = DataFolder(data)
        with folder.held():
            system = cls(folder, ports or free_ports(), report)
            try:
                await system._up()
                yield system
            finally:
                folder.announce(Running(process=os.getpid(), ports=system.ports, stopping=True))
                await system._supervisor.stop_all()

    @property
    def gateway_url(self) -> str:
        """Where callers reach the system."""
        return self.addresses.http(GATEWAY)

    @property
    def database_urls(self) -> Mapping[str, str]:
        """The address of each service's database, under the service's own role."""
        return self.addresses.databases

    @property
    def logs(self) -> list[Path]:
        """The log file of every part."""
        return sorted(self.data.logs.glob("*.log"))

    async def stop_part(self, name: str) -> None:
        """Stop one part (`postgres`, `nats`, `gateway` or a service) until `start_part`."""
        await self._part(name).stop()

    async def start_part(self, name: str) -> None:
        """Start a stopped part and wait until it is ready."""
        await self._part(name).start()

    async def kill_part(self, name: str) -> None:
        """End a part as a crash would; the supervisor starts it again."""
        await self._part(name).kill()

    def _part(self, name: str) -> Part:
        return self._supervisor.parts[name]

    async def _up(self) -> None:
        await asyncio.to_thread(self._ledger.end_leftovers)
        servers = {"postgres": self._postgres, "nats": self._nats}
        own = {name: server for name, server in servers.items() if server}
        require_free(self.ports, (*HTTP_PARTS, REGISTER, *own))
        self.data.announce(Running(process=os.getpid(), ports=self.ports))
        await self._supervisor.start(*[await asyncio.to_thread(server.prepare) for server in own.values()])
        await self._migrated()
        await self._supervisor.start(*(self._program(part) for part in (*SERVICES, REGISTER)))
        await self._supervisor.start(self._program(GATEWAY))

    async def _migrated(self) -> None:
        self._report(MIGRATIONS, State.STARTING)
        await create_missing(self.superuser_url, self.database_passwords, ours_alone=self._postgres is not None)
        if self._postgres:
            await migrate_changed(self.database_urls, self.data.migrated)
        else:
            await migrate(self.database_urls)
        self._report(MIGRATIONS, State.READY)

    def _program(self, part: str) -> Program:
        listen = ("--host", HOST, "--port", str(self.ports[part]))
        return Program(
            name=part,
            command=(sys.executable, "-m", "uvicorn", app_of(part), *listen, *UVICORN),
            is_ready=partial(health.is_ready, self.ports[part]),
            environment={} if part == REGISTER else environment_of(part, self.addresses, self.data),
        )


def _own_postgres(data: DataFolder, ports: Mapping[str, int]) -> EmbeddedPostgres | None:
    if "SIDUS_DATABASE_URL" in os.environ:
        return None
    password = data.secret(f"database password of {SUPERUSER}")
    return EmbeddedPostgres(data.root, port=ports["postgres"], password=password)


def _own_nats(data: DataFolder, ports: Mapping[str, int]) -> EmbeddedNats | None:
    if "SIDUS_NATS_URL" in os.environ:
        return None
    return EmbeddedNats(data.root, port=ports["nats"], passwords=passwords(data, "nats", (ADMINISTRATOR,)))
