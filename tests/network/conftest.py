"""The network service in this process, against real PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from services.network.app import app, service
from tests.conftest import Databases
from tests.support.service import Running, serve, settings


@pytest.fixture
def network_database(database_of: Databases) -> str:
    """The network service's database."""
    return database_of("network")


@pytest.fixture
async def network(network_database: str) -> AsyncIterator[Running]:
    """The service, its relay and consumers at rest."""
    async with serve(service, app, settings(network_database)) as running:
        yield running
