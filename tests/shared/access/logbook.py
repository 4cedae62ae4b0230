"""The access logs of two services, written, sealed and anchored by hand, for whoever wants to tamper with them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.access.anchors import anchor, on_log_anchored
from shared.access.categories import Category
from shared.access.sealer import LOCK, Sealer
from shared.access.verification import Fault, Result, verify
from shared.clock import Clock
from shared.db.alone import alone
from shared.events.catalog.each_service import LOG_ANCHORED
from shared.events.models import Outgoing
from shared.http.app import Service, create_app
from shared.ids import new_id
from shared.labels import Labels
from tests.shared.diary import Base, Entry
from tests.support.service import Running, serve, settings

FIRST_DAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
NAMES = ("case", "assessment")
SERVICES = {name: Service(name=name, title="a log", tables=Base, routers=(), labels=Labels.read()) for name in NAMES}
APPS = {name: create_app(service) for name, service in SERVICES.items()}


class Movable(Clock):
    """A clock that stands where a test puts it."""

    def __init__(self) -> None:
        super().__init__()
        self.at = FIRST_DAY

    def now(self) -> datetime:
        """The moment at which it stands."""
        return self.at


@dataclass
class Logbook:
    """A service that has an access log."""

    running: Running
    database: str
    clock: Movable

    @property
    def name(self) -> str:
        """The service's name."""
        return self.running.runtime.name

    async def writes(self, entries: int = 1) -> None:
        """Leave entries, one a transaction."""
        for _ in range(entries):
            async with self.running.work(self.running.actor()) as work:
                entry = Entry(owner_agency="tamme", client_id=new_id(), category=Category.JOURNAL, text="x")
                work.add(entry)
                await work.commit()

    async def seals(self) -> None:
        """Chain what was written."""
        async with self.at_the_chain() as (sealer, connection):
            await sealer.round(connection)

    @asynccontextmanager
    async def at_the_chain(self) -> AsyncIterator[tuple[Sealer, AsyncConnection]]:
        """A sealer of the service that holds the lock."""
        engine = self.running.runtime.engine
        async with alone(engine, LOCK) as connection:
            yield Sealer(self.name, engine), connection

    async def anchors(self, peer: "Logbook") -> None:
        """Tell how far the chain has reached, and have the peer keep it."""
        await anchor(self.running.runtime.around)
        async with self.running.work() as work:
            told = await work.check(select(Outgoing.envelope).order_by(Outgoing.seq))
        for row in told:
            async with peer.running.work() as work:
                await on_log_anchored(LOG_ANCHORED[self.name].model_validate(row.envelope["data"]), work)
                await work.commit()

    async def asked(self, query: str) -> list[Any]:
        """What a query answers."""
        async with self.running.runtime.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]


@asynccontextmanager
async def logbook(name: str, database: str, **more: bool) -> AsyncIterator[Logbook]:
    """A service at rest on an empty database, with a clock of its own."""
    clock = Movable()
    async with serve(SERVICES[name], APPS[name], settings(database), **more) as running:
        running.runtime.around = replace(running.runtime.around, clock=clock)
        yield Logbook(running, database, clock)


async def suffers(database: str, *statements: str) -> None:
    """Carry out statements as whoever has taken over a database would."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(";".join(statements))
    finally:
        await connection.close()


async def verified(**databases: str) -> tuple[Result, list[Fault]]:
    """What a verification of the services' databases counts, and the faults it tells."""
    faults: list[Fault] = []
    result = await verify(databases, faults.append)
    assert result.faults == len(faults)
    return result, faults


def a_day_later(*books: Logbook) -> None:
    """Move the clocks on."""
    for book in books:
        book.clock.at += timedelta(days=1)
