"""The four services in this process. Their events wait until the test delivers them, in any order that may be."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from random import Random
from typing import Any, Self

import httpx
import orjson
from sqlalchemy import text

from deploy.proofs.deliveries import follows
from gateway.upstreams import destination
from shared.actor import Actor, Role
from shared.events.consumer import Gap
from shared.http.problems import Unavailable
from shared.security import internal_token
from tests.support.front_door import Officer
from tests.support.service import KEY, Running, serve, settings

SERVICES = ("case", "assessment", "network", "feedback")

GROWING = frozenset(
    {
        "alembic_version", "access_anchor", "access_head", "access_log", "access_seal", "client_merge", "dead_letter",
        "followed", "idempotent_reply", "inbox", "merge_receipt", "outbox", "stream_seen",
    }
)  # fmt: skip
"""What tells of the merge itself, of events and of who looked: it only grows."""

COUNTERS = {"client": ("version", "sequence")}
"""A record's own counters are not turned back: an ETag that came back would lie."""

Dump = Mapping[tuple[str, str], frozenset[str]]


@dataclass(frozen=True)
class Delivery:
    """An event on its way to one of those who follow."""

    follower: str
    consumer: str
    body: bytes


class ByService(httpx.AsyncBaseTransport):
    """Takes a request to the service that answers for its address, with a token for it."""

    def __init__(self, running: Mapping[str, Running], actor: Actor) -> None:
        self._running = running
        self._actor = actor
        self._apps = {name: httpx.ASGITransport(one.app) for name, one in running.items()}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """What the service answers."""
        leads = destination(request.url.path)
        assert leads is not None
        now = self._running[leads.service].runtime.clock.now()
        token = internal_token.sign(self._actor, caller="gateway", service=leads.service, key=KEY, now=now)
        request.headers["Authorization"] = f"Bearer {token}"
        return await self._apps[leads.service].handle_async_request(request)


class World:
    """The services, and the events that have not been delivered yet."""

    def __init__(self, running: Mapping[str, Running]) -> None:
        self.running = running
        self.waiting: list[Delivery] = []
        self._seen: dict[str, int] = {}

    @classmethod
    @asynccontextmanager
    async def at(cls, databases: Mapping[str, str]) -> AsyncIterator[Self]:
        """The services on these databases."""
        async with AsyncExitStack() as stack:
            running = {}
            for name, database in databases.items():
                module = import_module(f"services.{name}.app")
                running[name] = await stack.enter_async_context(serve(module.service, module.app, settings(database)))
            yield cls(running)

    def officer(self, agency: str, role: Role = Role.CASE_MANAGER) -> Officer:
        """An officer of an agency."""
        transport = ByService(self.running, self.running["case"].actor(agency, role))
        return Officer(httpx.AsyncClient(transport=transport, base_url="http://sidus"), agency)

    async def delivers(self, dice: Random, most: int | None = None) -> None:
        """Deliver events in an order of the dice until none waits, or so many have arrived."""
        left = most if most is not None else -1
        await self._collect()
        while self.waiting and left:
            left -= 1
            for delivery in dice.sample(self.waiting, len(self.waiting)):
                if await self._arrives(delivery):
                    self.waiting.remove(delivery)
                    break
            else:
                raise AssertionError(f"nobody can take any of {self.waiting}")
            await self._collect()

    async def on_their_way(self) -> list[Delivery]:
        """The events that have not been delivered yet."""
        await self._collect()
        return self.waiting

    async def dump(self) -> Dump:
        """Every row of every table of every service that a merge may touch, as PostgreSQL writes it."""
        return {
            (service, table): frozenset(await self._rows(service, table))
            for service in SERVICES
            for table in await self._tables(service)
            if table not in GROWING
        }

    async def asked(self, service: str, query: str, **values: Any) -> list[Any]:
        """What a service's database answers."""
        async with self.running[service].runtime.engine.connect() as connection:
            return list(await connection.execute(text(query), values))

    async def tables_with(self, service: str, *columns: str) -> list[str]:
        """The tables of a service that have all of the columns and are touched by merges."""
        query = "SELECT column_name, table_name FROM information_schema.columns WHERE table_schema = 'public'"
        has: dict[str, set[str]] = {}
        for column, table in await self.asked(service, query):
            has.setdefault(table, set()).add(column)
        return sorted(table for table, present in has.items() if {*columns} <= present and table not in GROWING)

    async def _arrives(self, delivery: Delivery) -> bool:
        try:
            await self.running[delivery.follower].runtime.consumers[delivery.consumer].handle(delivery.body)
        except (Gap, Unavailable):
            return False
        return True

    async def _collect(self) -> None:
        for owner in SERVICES:
            query = "SELECT seq, subject, envelope FROM outbox WHERE seq > :seen ORDER BY seq"
            for seq, subject, envelope in await self.asked(owner, query, seen=self._seen.get(owner, 0)):
                self._seen[owner] = seq
                self.waiting += self._followers(owner, subject, orjson.dumps(envelope))

    def _followers(self, owner: str, subject: str, body: bytes) -> Iterator[Delivery]:
        for follower in SERVICES:
            subscriptions = import_module(f"services.{follower}.handlers").SUBSCRIPTIONS
            for one in subscriptions:
                if one.owner == owner and follows(one, subject):
                    yield Delivery(follower, one.durable(follower), body)

    async def _tables(self, service: str) -> list[str]:
        rows = await self.asked(service, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [table for (table,) in rows]

    async def _rows(self, service: str, table: str) -> list[str]:
        said = "to_jsonb(t)" + "".join(f" - '{column}'" for column in COUNTERS.get(table, ()))
        return [row for (row,) in await self.asked(service, f'SELECT ({said})::text FROM "{table}" t')]  # noqa: S608
