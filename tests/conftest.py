"""Real servers for every worker: PostgreSQL and NATS of its own, a migrated database a service."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from urllib.parse import urlsplit

import asyncpg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypotheses

from deploy.embedded.nats import EmbeddedNats
from deploy.embedded.postgres import EmbeddedPostgres
from shared.db import migrations
from tests.support.folders import folder_for_all
from tests.support.front_door import FrontDoor
from tests.support.scheduling import THE_SYSTEM, BySystemAndFile
from tests.support.service import Running, serve, settings
from tests.support.system import LiveSystem

Databases = Callable[[str], str]

hypotheses.register_profile(
    "any-machine", hypotheses.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypotheses.load_profile("any-machine")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Only one worker starts the whole system."""
    return BySystemAndFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that the workers end together."""
    items.sort(key=lambda item: not item.nodeid.startswith(THE_SYSTEM))


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """This worker's PostgreSQL."""
    with EmbeddedPostgres.temporary() as server:
        yield server


@pytest.fixture(scope="session")
def nats_server() -> Iterator[EmbeddedNats]:
    """This worker's NATS with JetStream."""
    with EmbeddedNats.temporary() as server:
        yield server


@pytest.fixture(scope="session")
def database_of(postgres: EmbeddedPostgres) -> Databases:
    """The migrated database of a service, made once a worker; tests keep apart by the people they make up."""
    made: dict[str, str] = {}

    def database(service: str) -> str:
        if service not in made:
            made[service] = asyncio.run(new_database(postgres.url, service, f"sidus_{service}"))
        return made[service]

    return database


async def new_database(server: str, service: str, name: str, to: str = "head") -> str:
    """A database of a service, migrated to its newest revision or another; answers its address."""
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    url = urlsplit(server)._replace(path=f"/{name}").geturl()
    await migrations.upgrade(service, url, to)
    return url


@pytest.fixture
def case_database(database_of: Databases) -> str:
    """The case service's database."""
    return database_of("case")


@pytest.fixture
async def case(case_database: str) -> AsyncIterator[Running]:
    """The case service, its relay and consumers at rest."""
    from services.case.app import app, service

    async with serve(service, app, settings(case_database)) as running:
        yield running


@pytest.fixture(scope="session")
def system() -> Iterator[LiveSystem]:
    """The whole system, for tests/scenario and tests/proofs; whoever stops a part starts it again."""
    with folder_for_all() as folder, LiveSystem.at_work(folder) as running:
        yield running


@pytest.fixture
async def door(system: LiveSystem) -> AsyncIterator[FrontDoor]:
    """The gateway of the whole system."""
    async with FrontDoor(system) as door:
        yield door
