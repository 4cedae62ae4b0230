"""The case service alone, in this process, as a place where the proof of access can be made."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from fastapi import APIRouter

from deploy.proofs.access.onlookers import Onlooker
from deploy.proofs.access.site import Answer, Asked, agencies_file, patiently
from services.case.app import service
from shared.agencies import Agencies, read
from shared.http.app import create_app
from shared.http.routing import API
from shared.security import internal_token
from tests.case.holding import Peers
from tests.support.service import KEY, Running, serve, settings


@dataclass
class CaseAlone:
    """A site of one service, asked as its gateway would ask it."""

    running: Running
    database_url: str
    agencies: Agencies
    services: Sequence[str] = ("case",)

    async def document(self) -> Mapping[str, Any]:
        """What can be reached through a gateway."""
        whole = self.running.app.openapi()
        return whole | {"paths": {path: item for path, item in whole["paths"].items() if path.startswith(API)}}

    async def ask(self, who: Onlooker, asked: Asked) -> Answer:
        """What the gateway would have answered."""
        if not asked.path.startswith(API):
            return Answer(404, "")
        return await patiently(lambda: self.ask_behind("case", who, asked))

    async def behind(self) -> Mapping[str, Mapping[str, Any]]:
        """What the service describes."""
        return {"case": self.running.app.openapi()}

    async def ask_behind(self, service: str, who: Onlooker, asked: Asked) -> Answer:
        """What the service answers."""
        headers = dict(asked.headers)
        if who.scope is not None:
            now = self.running.runtime.clock.now()
            token = internal_token.sign(who.actor(), caller="gateway", service=service, key=KEY, now=now)
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(self.running.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
            answer = await http.request(
                asked.method, asked.path, params=asked.query, headers=headers, json=asked.body, data=asked.form
            )
        return Answer(answer.status_code, answer.text, answer.headers)

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection to the service's database."""
        connection = await asyncpg.connect(self.database_url)
        try:
            yield connection
        finally:
            await connection.close()

    async def now(self) -> datetime:
        """The service's time."""
        return self.running.runtime.clock.now()

    async def advance(self, by: timedelta) -> None:
        """Move its clock."""
        clock = self.running.runtime.clock
        clock.move_to(clock.offset() + by)

    async def settled(self) -> None:
        """Nobody follows its events."""


@asynccontextmanager
async def case_alone(
    database_url: str, folder: Path, *more: APIRouter, inside: Sequence[APIRouter] = ()
) -> AsyncIterator[CaseAlone]:
    """The case service with more endpoints than it should have, beside others that hold what it asks for.

    `more` are for its callers, `inside` for other services.
    """
    planted = replace(service, routers=(*service.routers, *more), internal=(*service.internal, *inside))
    given = settings(database_url, clock_file=folder / "clock")
    async with serve(planted, create_app(planted), given) as running:
        running.runtime.around = replace(running.runtime.around, peers=Peers())  # type: ignore[arg-type]
        yield CaseAlone(running, database_url, read(agencies_file()))
