"""Four agencies, the person and Sidus itself as callers of the case service in this process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import pytest

from shared.actor import Actor, Role
from tests.case import following
from tests.support.agencies import Agency, Person
from tests.support.caller import Caller
from tests.support.registrar import Registrar
from tests.support.service import Running, serve, settings


class Callers:
    """Makes callers whose connections end with the test."""

    def __init__(self, case: Running, stack: AsyncExitStack) -> None:
        self._case = case
        self._stack = stack

    def agency(self, code: str, role: Role = Role.CASE_MANAGER, **more: Any) -> Agency:
        """An officer of an agency."""
        return Agency(self._http(self._case.actor(code, role, **more)), code)

    def registrar(self, code: str) -> Registrar:
        """Somebody who takes registers over for an agency."""
        return Registrar(self._http(self._case.actor(code, Role.REGISTRAR)), code)

    def person(self, client_id: str) -> Person:
        """The person themself."""
        http = self._case.person(client_id)
        self._stack.push_async_callback(http.aclose)
        return Person(http, client_id)

    def sidus(self, name: str) -> Caller:
        """Another service of Sidus on its own duty."""
        return Caller(self._http(Actor.service(name, "request-of-a-service", "survey"), caller=name))

    def _http(self, actor: Actor, **more: str) -> Any:
        http = self._case.calls(actor, **more)
        self._stack.push_async_callback(http.aclose)
        return http


@pytest.fixture
async def callers(case: Running) -> AsyncIterator[Callers]:
    """Whoever a test wants to call as."""
    async with AsyncExitStack() as stack:
        yield Callers(case, stack)


@pytest.fixture
def city(callers: Callers) -> Agency:
    """A case manager of the municipality."""
    return callers.agency("tamme")


@pytest.fixture
def fund(callers: Callers) -> Agency:
    """A case manager of the unemployment fund."""
    return callers.agency("unemployment-fund")


@pytest.fixture
def board(callers: Callers) -> Agency:
    """A case manager of the social insurance board."""
    return callers.agency("social-insurance-board")


@pytest.fixture
def probation(callers: Callers) -> Agency:
    """A probation officer."""
    return callers.agency("probation")


@pytest.fixture
def today(case: Running) -> date:
    """The day where the agencies work."""
    return case.runtime.clock.today()


@pytest.fixture
async def client(city: Agency, fund: Agency) -> dict[str, Any]:
    """Somebody with whom the municipality and the fund have a case."""
    registered = await city.registers()
    await city.opens_case(registered["id"])
    await fund.opens_case(registered["id"])
    return registered


@pytest.fixture
async def followers(case: Running) -> AsyncIterator[None]:
    """Services that apply every change of a grant as soon as it is committed."""
    async with following.followers(case):
        yield


@pytest.fixture
def registrar(callers: Callers) -> Registrar:
    """A registrar of the municipality."""
    return callers.registrar("tamme")


@pytest.fixture
async def large(large_database: str) -> AsyncIterator[Running]:
    """The case service on the large database of the module."""
    from services.case.app import app, service

    async with serve(service, app, settings(large_database)) as running:
        yield running


@pytest.fixture
async def among_many(large: Running) -> AsyncIterator[Callers]:
    """Callers of it."""
    async with AsyncExitStack() as stack:
        yield Callers(large, stack)
