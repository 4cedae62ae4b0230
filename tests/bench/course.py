"""The course: a system of its own, a raw handler beside it, one case to read and to write to, consents to withdraw."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
import asyncpg
import httpx

from deploy.demo.caller import Caller
from deploy.demo.record import API
from deploy.demo.resident import Resident
from deploy.embedded.ports import HOST, free_port
from deploy.embedded.state import DataFolder
from deploy.embedded.system import UVICORN, System
from shared.actor import Actor, Role
from shared.ids import new_id
from shared.security import internal_token
from tests.bench.load import Contestant, interleaved
from tests.bench.revocation import Revocations, revocations

ROUNDS, REQUESTS, EFFECTS = 5, 240, 60
CONTACT = {"service": "counselling", "channel": "visit"}
EFFECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured: contestants by discipline, how long an effect in another service takes, and a withdrawal."""

    reads: list[Contestant]
    writes: list[Contestant]
    effects_ms: list[float]
    revocations: Revocations


@dataclass(frozen=True, slots=True)
class Course:
    """Addresses, tokens and processes of the run."""

    http: aiohttp.ClientSession
    case_id: str
    raw_case_id: str
    gateway: str
    service: str
    raw: str
    token: str
    internal_token: Callable[[], str]
    pids: dict[str, int]

    def contestants(self, method: str, path: str, expect: int) -> list[Contestant]:
        """The same request by hand, to the service alone, and through the gateway."""
        body = CONTACT | {"occurred_at": datetime.now(UTC).isoformat()} if method == "POST" else None
        where = f"{API}/cases/{self.case_id}{path}"

        def asking(url: str, token: Callable[[], str]) -> Any:
            async def ask() -> None:
                headers = {"Authorization": f"Bearer {token()}"}
                async with self.http.request(method, url, json=body, headers=headers) as response:
                    await response.read()
                    if response.status != expect:
                        raise RuntimeError(f"{url} answered {response.status}")

            return ask

        raw, case, gateway = (self.pids[name] for name in ("raw", "case", "gateway"))
        return [
            Contestant("raw ASGI + asyncpg", asking(f"{self.raw}/cases/{self.raw_case_id}", str), [raw]),
            Contestant("case service", asking(self.service + where, self.internal_token), [case]),
            Contestant("gateway + case service", asking(self.gateway + where, lambda: self.token), [gateway, case]),
            Contestant("of which the gateway", asking(self.gateway + where, lambda: self.token), [gateway]),
        ]


async def run(folder: Path) -> Results:
    """Measure reads, writes and effects, each interleaved with its yardstick."""
    async with System.start(folder) as system, _raw(system) as raw, aiohttp.ClientSession() as http:
        course = await _course(system, folder, http, raw)
        reads = course.contestants("GET", "", 200)
        writes = course.contestants("POST", "/contacts", 201)
        await interleaved(reads, rounds=ROUNDS, requests=REQUESTS)
        effects = await _effects(course, system)  # before the writes, which leave feedback much to decide
        revoked = await revocations(system, folder)
        await interleaved(writes, rounds=ROUNDS, requests=REQUESTS // 2)
        return Results(reads, writes, effects, revoked)


@asynccontextmanager
async def _raw(system: System) -> AsyncIterator[tuple[str, int]]:
    """The raw handler in a process of its own, on the case service's database."""
    port = free_port()
    listen = ("--host", HOST, "--port", str(port), "--log-level", "warning")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "uvicorn", "tests.bench.raw:app", *listen, *UVICORN),
        env={**os.environ, "SIDUS_DATABASE_URL": system.database_urls["case"]},
    )
    try:
        async with asyncio.timeout(30):
            while not await _accepts(port):
                await asyncio.sleep(0.1)
        yield f"http://{HOST}:{port}", process.pid
    finally:
        process.terminate()
        await process.wait()


async def _accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True


async def _course(system: System, folder: Path, http: aiohttp.ClientSession, raw: tuple[str, int]) -> Course:
    async with httpx.AsyncClient(base_url=system.gateway_url, timeout=15, trust_env=False) as caller:
        city = Caller(caller, folder / "sandbox" / "clients.json", "tamme", "role:case_manager")
        case_id, raw_case_id = await _case(city), await _case(city)
        token = await city.bearer()
    data = DataFolder(folder)
    pids = {name: entry[0] for name, entry in json.loads(data.processes.read_text()).items()} | {"raw": raw[1]}
    return Course(
        http=http,
        case_id=case_id,
        raw_case_id=raw_case_id,
        gateway=system.gateway_url,
        service=system.addresses.http("case"),
        raw=raw[0],
        token=token,
        internal_token=partial(_internal, data.secret("key gateway to case")),
        pids=pids,
    )


async def _case(city: Caller) -> str:
    """A case of its own for each: the raw handler counts events that nobody is told of."""
    client = await city.post(f"{API}/clients", Resident.invented().form_a())
    opening = {"source": "client", "purpose": "case-management"}
    case = await city.post(f"{API}/clients/{client['id']}/cases", opening)
    return str(case["id"])


def _internal(key: str) -> str:
    """A token such as the gateway mints, to call the service without it."""
    actor = Actor(
        agency="tamme",
        agency_kind="municipality",
        officer="mari.maasikas",
        roles=frozenset({Role.CASE_MANAGER}),
        request_id=str(new_id()),
    )
    return internal_token.sign(actor, caller="gateway", service="case", key=key, now=datetime.now(UTC))


async def _effects(course: Course, system: System) -> list[float]:
    """From the answer to a contact until feedback has decided about it, in milliseconds."""
    connection = await asyncpg.connect(system.database_urls["feedback"])
    taken = []
    try:
        for _ in range(EFFECTS):
            taken.append(await _effect(course, connection))
    finally:
        await connection.close()
    return sorted(taken)


async def _effect(course: Course, connection: asyncpg.Connection) -> float:
    headers = {"Authorization": f"Bearer {course.token}"}
    body = CONTACT | {"occurred_at": datetime.now(UTC).isoformat()}
    url = f"{course.gateway}{API}/cases/{course.case_id}/contacts"
    async with course.http.post(url, json=body, headers=headers) as response:
        contact_id = (await response.json())["id"]
    began = perf_counter()
    async with asyncio.timeout(EFFECT_SECONDS):
        while not await connection.fetchval("SELECT 1 FROM survey_trigger WHERE contact_id = $1", contact_id):
            await asyncio.sleep(0.001)
    return (perf_counter() - began) * 1000


def quantile(sorted_ms: list[float], share: float) -> float:
    """The value below which a share of them lies."""
    return sorted_ms[min(len(sorted_ms) - 1, int(len(sorted_ms) * share))]
