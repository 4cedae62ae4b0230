"""One service in this process, against real PostgreSQL, called as the gateway would call it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from shared.actor import THEMSELVES, Actor, Role
from shared.db.errand import Errand
from shared.db.work import UnitOfWork, unit_of_work
from shared.http.app import Runtime, Service, build_runtime, start, stop
from shared.ids import new_id
from shared.security import internal_token
from shared.settings import ServiceSettings
from shared.telemetry import logs

KEY = "11" * 32
SIGNING_KEY = "22" * 32

KINDS = {
    "tamme": "municipality",
    "unemployment-fund": "unemployment_fund",
    "social-insurance-board": "social_insurance",
    "probation": "probation",
    "residents": "portal",
}


def settings(database_url: str, nats_url: str = "nats://127.0.0.1:1", **more: Any) -> ServiceSettings:
    """The environment of a service in a test."""
    return ServiceSettings(
        database_url=database_url,
        nats_url=nats_url,
        trusted_keys={"gateway": KEY, "case": KEY, "feedback": KEY},
        signing_key=SIGNING_KEY,
        sandbox=True,
        pool_size=5,
        **more,
    )


@dataclass
class Running:
    """A service at work in this process."""

    app: FastAPI
    runtime: Runtime

    def actor(self, agency: str = "tamme", role: Role = Role.CASE_MANAGER, **more: Any) -> Actor:
        """An officer of an agency, or whoever else `more` makes of it."""
        facts = {
            "agency": agency,
            "agency_kind": KINDS.get(agency, "municipality"),
            "officer": f"{agency}.officer",
            "roles": {role},
            "request_id": str(new_id()),
        }
        return Actor.model_validate(facts | more)

    def calls(self, actor: Actor, *, key: str = KEY, caller: str = "gateway", service: str | None = None) -> Any:
        """An HTTP client that calls as this actor."""
        token = internal_token.sign(
            actor, caller=caller, service=service or self.runtime.name, key=key, now=self.runtime.clock.now()
        )
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(transport=transport, base_url="http://service", headers=headers)

    def agency(self, agency: str, **more: Any) -> httpx.AsyncClient:
        """An HTTP client of an agency's case manager."""
        client: httpx.AsyncClient = self.calls(self.actor(agency, **more))
        return client

    def person(self, client_id: str) -> httpx.AsyncClient:
        """An HTTP client of the person themself."""
        actor = self.actor("residents", Role.PERSON, officer=THEMSELVES, person=UUID(client_id))
        client: httpx.AsyncClient = self.calls(actor)
        return client

    @asynccontextmanager
    async def work(self, actor: Actor | None = None) -> AsyncIterator[UnitOfWork]:
        """A unit of work; as the service itself, which sees everything, unless an actor is given."""
        actor = actor or Actor.service(self.runtime.name, str(new_id()))
        async with unit_of_work(self.runtime.around, actor, Errand("test")) as work:
            yield work


@asynccontextmanager
async def serve(
    service: Service, app: FastAPI, given: ServiceSettings, *, at_work: bool = False
) -> AsyncIterator[Running]:
    """The service with its connections; `at_work` also starts its relay, consumers and workers.

    A service that is not at work follows no grants, so it takes the rows in its own projection for current.
    """
    logs.configure(service.name, "info")
    runtime = build_runtime(service, given)
    if at_work:
        start(service, runtime)
    else:
        runtime.around = replace(runtime.around, grants_are_current=lambda: True)
    app.state.runtime = runtime
    try:
        yield Running(app, runtime)
    finally:
        await stop(runtime)
