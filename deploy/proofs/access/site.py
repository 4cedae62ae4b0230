"""A Sidus that can be asked by anybody and whose databases can be looked into: the whole system behind its gateway."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol, Self

import aiohttp
import asyncpg
import orjson

from deploy.embedded.landscape import GATEWAY, SERVICES
from deploy.embedded.state import DataFolder
from deploy.proofs.access.onlookers import Onlooker, officers
from deploy.proofs.deliveries import Deliveries
from deploy.proofs.stores import Stores
from shared.actor import Role
from shared.agencies import SANDBOX, Agencies, read
from shared.security import internal_token

PATIENCE: Final = 40
AT_ONCE: Final = 8
EVENTS_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, whoever makes it."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What was answered: the status, and the whole text whatever its kind."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def is_given(self) -> bool:
        """Whether the request was carried out."""
        return self.status < 300

    @cached_property
    def content(self) -> Any:
        """The JSON of the answer; none where it is another kind of text."""
        try:
            return orjson.loads(self.text)
        except orjson.JSONDecodeError:
            return None

    @property
    def problem(self) -> str | None:
        """The code of the problem document."""
        told = self.content.get("type") if isinstance(self.content, dict) else None
        return str(told).rsplit("/", 1)[-1] if self.status >= 400 and told else None


class Site(Protocol):
    """Where the proof is made."""

    @property
    def services(self) -> Sequence[str]:
        """The services that are there."""

    @property
    def agencies(self) -> Agencies:
        """The agencies whose officers and portals may call."""

    async def document(self) -> Mapping[str, Any]:
        """The OpenAPI document of everything that can be asked here."""

    async def ask(self, who: Onlooker, asked: Asked) -> Answer:
        """What the onlooker is answered."""

    async def behind(self) -> Mapping[str, Mapping[str, Any]]:
        """The OpenAPI document of each service itself."""

    async def ask_behind(self, service: str, who: Onlooker, asked: Asked) -> Answer:
        """What a service itself answers to an onlooker who has come past the gateway."""

    def database(self, service: str) -> AbstractAsyncContextManager[asyncpg.Connection]:
        """A connection to a service's database."""

    async def now(self) -> datetime:
        """What time it is there."""

    async def advance(self, by: timedelta) -> None:
        """Move the clock ahead."""

    async def settled(self) -> None:
        """Wait until every event has had its effect."""


class Unanswered(Exception):
    """The site does not come to answer."""


async def patiently(attempt: Any) -> Answer:
    """The answer, asked for again while a part is away or does not know whether its grants are current."""
    for _ in range(PATIENCE):
        answer: Answer = await attempt()
        if answer.status not in (502, 503, 504):
            return answer
        await asyncio.sleep(0.25)
    raise Unanswered(answer.text)


def agencies_file() -> Path:
    """Where the agencies of an installation are declared."""
    return Path(os.environ.get("SIDUS_AGENCIES_FILE", SANDBOX))


class LiveSite:
    """A running system, asked through its gateway with tokens of the sandbox's issuer."""

    def __init__(
        self, url: str, data: DataFolder, http: aiohttp.ClientSession, pools: Mapping[str, asyncpg.Pool]
    ) -> None:
        self.services: Sequence[str] = SERVICES
        self.agencies = read(agencies_file())
        self._clerk = next(who for who in officers(self.agencies) if who.role is Role.CASE_MANAGER)
        self._url = url
        self._data = data
        self._stores = Stores.of(data.root)
        self._http = http
        self._pools = pools
        self._tokens: dict[Onlooker, str] = {}
        self._places = asyncio.Semaphore(AT_ONCE)

    @classmethod
    @asynccontextmanager
    async def of(cls, url: str, data: DataFolder) -> AsyncIterator[Self]:
        """The system that runs at an address on a data folder; connections end with the block."""
        addresses = Stores.of(data.root).databases
        async with aiohttp.ClientSession() as http, AsyncExitStack() as stack:
            pools = {service: asyncpg.create_pool(addresses[service], min_size=0) for service in SERVICES}
            for pool in pools.values():
                await stack.enter_async_context(pool)
            yield cls(url, data, http, pools)

    async def document(self) -> Mapping[str, Any]:
        """The merged document, once every service has shown its own."""
        while True:
            async with self._http.get(f"{self._url}/openapi.json") as response:
                document: dict[str, Any] = await response.json()
            if "x-unavailable" not in document:
                return document
            await asyncio.sleep(0.5)

    async def ask(self, who: Onlooker, asked: Asked) -> Answer:
        """What the gateway answers."""
        async with self._places:
            return await patiently(lambda: self._attempt(who, asked))

    async def behind(self) -> Mapping[str, Mapping[str, Any]]:
        """What each service describes."""
        found = {}
        for service in self.services:
            async with self._http.get(f"{self._stores.addresses[service]}/openapi.json") as response:
                found[service] = await response.json()
        return found

    async def ask_behind(self, service: str, who: Onlooker, asked: Asked) -> Answer:
        """What a service answers to an internal token, as if the gateway had let the request through."""
        key = self._data.secret(f"key {GATEWAY} to {service}")
        token = internal_token.sign(who.actor(), caller=GATEWAY, service=service, key=key, now=await self.now())
        headers = {**asked.headers, "Authorization": f"Bearer {token}"}
        url = self._stores.addresses[service] + asked.path
        async with self._http.request(asked.method, url, headers=headers, json=asked.body) as response:
            return Answer(response.status, await response.text(), response.headers)

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection under the service's own role, kept for who looks next."""
        async with self._pools[service].acquire() as connection:
            yield connection

    async def now(self) -> datetime:
        """The sandbox's time."""
        answer = await self.ask(self._clerk, Asked("GET", "/sandbox/clock"))
        return datetime.fromisoformat(answer.content["now"])

    async def advance(self, by: timedelta) -> None:
        """Move the sandbox's clock; everybody needs another token then."""
        move = {"advance": f"P{by.days}DT{by.seconds}S"}
        await self.ask(self._clerk, Asked("PUT", "/sandbox/clock", body=move))
        self._tokens.clear()

    async def settled(self) -> None:
        """Hold every outbox against every inbox until none lacks anything."""
        async with Deliveries.of(self._stores) as deliveries, asyncio.timeout(EVENTS_SECONDS):
            while await deliveries.missing():
                await asyncio.sleep(0.2)

    async def _attempt(self, who: Onlooker, asked: Asked) -> Answer:
        headers = dict(asked.headers)
        if who.scope is not None:
            headers["Authorization"] = f"Bearer {await self._token(who)}"
        async with self._http.request(
            asked.method, self._url + asked.path, params=asked.query, headers=headers, json=asked.body, data=asked.form
        ) as response:
            return Answer(response.status, await response.text(errors="replace"), response.headers)

    async def _token(self, who: Onlooker) -> str:
        if who not in self._tokens:
            secret = json.loads((self._data.sandbox / "clients.json").read_text())[who.agency]
            asked_for = {"grant_type": "client_credentials", "scope": who.scope}
            form = asked_for | {"client_id": who.agency, "client_secret": secret}
            async with self._http.post(f"{self._url}/oauth2/token", data=form) as response:
                response.raise_for_status()
                self._tokens[who] = (await response.json())["access_token"]
        return self._tokens[who]
