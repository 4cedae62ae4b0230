"""How long a withdrawn consent goes on opening doors, in each of the four services, while others read and write."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
import httpx

from deploy.demo.caller import Caller
from deploy.demo.record import API
from deploy.demo.resident import Resident
from deploy.embedded.system import System

WITHDRAWALS = 120
READERS, WRITERS = 4, 2
CASES_WRITTEN_TO = 40
GRANTEE = "unemployment-fund"
CATEGORIES = ["health", "needs", "network", "feedback"]
CONTACT = {"service": "counselling", "channel": "visit"}
PATIENCE_SECONDS = 30.0

Look = Callable[[], Awaitable[bool | None]]


@dataclass(slots=True)
class Revocations:
    """From a withdrawal until each service refused, in milliseconds; and what else was answered meanwhile."""

    by_service: dict[str, list[float]] = field(default_factory=dict)
    everywhere: list[float] = field(default_factory=list)
    answered: int = 0
    seconds: float = 0.0

    def note(self, refused: Mapping[str, float]) -> None:
        """Take in one withdrawal."""
        for service, taken in refused.items():
            self.by_service.setdefault(service, []).append(taken)
        self.everywhere.append(max(refused.values()))

    @property
    def load(self) -> float:
        """Requests a second that were answered beside the withdrawals."""
        return self.answered / self.seconds


@dataclass(frozen=True, slots=True)
class Door:
    """Where an agency sees something of a client on the ground of a consent, and how to tell that it does."""

    service: str
    path: str
    shows: Callable[[Any], bool]


def doors(client_id: str) -> list[Door]:
    """One in each service."""
    about = f"?client_id={client_id}"
    return [
        Door("case", f"/clients/{client_id}", lambda record: "health" not in record["withheld"]),
        Door("assessment", f"/assessments{about}", lambda page: bool(page["items"])),
        Door("network", f"/maps{about}", lambda page: bool(page["items"])),
        Door("feedback", f"/triggers{about}", lambda page: bool(page["items"])),
    ]


class Course:
    """A city that shares and withdraws, a fund that looks, and others who read and write meanwhile."""

    def __init__(self, http: aiohttp.ClientSession, city: Caller, fund: Caller) -> None:
        self._http = http
        self._city = city
        self._fund = fund
        self.found = Revocations()

    async def run(self) -> Revocations:
        """Withdraw one consent after another under load."""
        client_id = await self._client_with_something_everywhere()
        tokens = {caller: await caller.bearer() for caller in (self._city, self._fund)}
        cases = [await self._case(await self._client()) for _ in range(CASES_WRITTEN_TO)]
        async with self._load(tokens[self._city], cases):
            for number in range(WITHDRAWALS + 1):
                refused = await self._withdrawal(client_id, tokens[self._fund])
                if number:  # the first warms up
                    self.found.note(refused)
        return self.found

    async def _withdrawal(self, client_id: str, looking: str) -> dict[str, float]:
        consent = await self._city.post(f"{API}/clients/{client_id}/consents", _terms())
        looks = [self._look(door, looking) for door in doors(client_id)]
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*(_until_open(look) for look in looks))
        asked = self._city.post(f"{API}/clients/{client_id}/consents/{consent['id']}/withdrawal", {}, 200)
        withdrawing = asyncio.create_task(asked)
        async with asyncio.timeout(PATIENCE_SECONDS):
            ended = await asyncio.gather(*(_until_shut(look) for look in looks))
        withdrawn_at = datetime.fromisoformat((await withdrawing)["withdrawn_at"])
        names = [door.service for door in doors(client_id)]
        return {name: _ms(end - withdrawn_at) for name, end in zip(names, ended, strict=True)}

    def _look(self, door: Door, token: str) -> Look:
        """Whether the fund sees anything there; a service that refuses for want of certainty says neither."""

        async def look() -> bool | None:
            status, answer = await self._call("GET", door.path, token)
            if status not in (200, 403, 503):
                raise RuntimeError(f"{door.service} answered {status}")
            return None if status == 503 else status == 200 and door.shows(answer)

        return look

    @asynccontextmanager
    async def _load(self, token: str, cases: list[str]) -> AsyncIterator[None]:
        readers = [self._go_on(lambda case: self._read(case, token), cases) for _ in range(READERS)]
        writers = [self._go_on(lambda case: self._write(case, token), cases) for _ in range(WRITERS)]
        tasks = [asyncio.create_task(going_on) for going_on in (*readers, *writers)]
        began = perf_counter()
        try:
            yield
        finally:
            self.found.seconds = perf_counter() - began
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        if broken := [end for end in ended if not isinstance(end, asyncio.CancelledError)]:
            raise RuntimeError(f"the load broke off: {broken[0]}")

    async def _go_on(self, request: Callable[[str], Awaitable[int]], cases: list[str]) -> None:
        for case in cycle(cases):
            status = await request(case)
            if status not in (200, 201):
                raise RuntimeError(f"the load was answered {status}")
            self.found.answered += 1

    async def _read(self, case: str, token: str) -> int:
        return (await self._call("GET", f"/cases/{case}", token))[0]

    async def _write(self, case: str, token: str) -> int:
        body = CONTACT | {"occurred_at": datetime.now(UTC).isoformat()}
        return (await self._call("POST", f"/cases/{case}/contacts", token, body))[0]

    async def _call(self, method: str, path: str, token: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with self._http.request(method, API + path, json=body, headers=headers) as response:
            return response.status, await response.json(content_type=None)

    async def _client_with_something_everywhere(self) -> str:
        client_id = await self._client()
        case = await self._case(client_id)
        await self._fund.post(f"{API}/clients/{client_id}/cases", _opening())
        begun = {"client_id": client_id, "instrument": "initial-mapping", "kind": "initial"}
        await self._city.post(f"{API}/assessments", begun)
        drawn = {"client_id": client_id, "drawn_on": date.today().isoformat(), "drawn_by": "client", "members": []}
        await self._city.post(f"{API}/maps", drawn)
        await self._city.post(f"{API}/cases/{case}/contacts", CONTACT | {"occurred_at": datetime.now(UTC).isoformat()})
        await self._city.until(f"{API}/triggers", lambda page: bool(page["items"]), client_id=client_id)
        return client_id

    async def _client(self) -> str:
        return str((await self._city.post(f"{API}/clients", Resident.invented().form_a()))["id"])

    async def _case(self, client_id: str) -> str:
        return str((await self._city.post(f"{API}/clients/{client_id}/cases", _opening()))["id"])


async def revocations(system: System, folder: Path) -> Revocations:
    """Measure on a system that is up."""
    secrets = folder / "sandbox" / "clients.json"
    async with (
        httpx.AsyncClient(base_url=system.gateway_url, timeout=30, trust_env=False) as callers,
        aiohttp.ClientSession(system.gateway_url) as http,
    ):
        city = Caller(callers, secrets, "tamme", "role:case_manager")
        fund = Caller(callers, secrets, GRANTEE, "role:case_manager")
        return await Course(http, city, fund).run()


async def _until_open(look: Look) -> None:
    while not await look():
        await asyncio.sleep(0)


async def _until_shut(look: Look) -> datetime:
    """When a look first showed nothing and none after it did; the system's clock is this machine's.

    A service that cannot know refuses too, but only one that does know ends the looking.
    """
    shut_at: datetime | None = None
    while True:
        seen = await look()
        shut_at = None if seen else shut_at or datetime.now(UTC)
        if seen is False and shut_at:
            return shut_at


def _ms(taken: timedelta) -> float:
    return max(0.0, taken.total_seconds() * 1000)


def _opening() -> dict[str, str]:
    return {"source": "client", "purpose": "case-management"}


def _terms() -> dict[str, Any]:
    today = date.today()
    return {
        "grantee": GRANTEE,
        "categories": CATEGORIES,
        "purpose": "case-management",
        "valid_from": (today - timedelta(days=1)).isoformat(),
        "valid_until": (today + timedelta(days=30)).isoformat(),
        "signed_on": today.isoformat(),
        "declarations": {"cooperates": True, "processing": True, "voluntary": True},
    }
