"""The assessment service in this process, and two agencies at its API."""

from collections.abc import AsyncIterator

import pytest

from services.assessment.app import app, service
from tests.assessment.office import Office
from tests.conftest import Databases
from tests.support.service import Running, serve, settings


@pytest.fixture
def assessment_database(database_of: Databases) -> str:
    """The assessment service's database."""
    return database_of("assessment")


@pytest.fixture
async def assessment(assessment_database: str) -> AsyncIterator[Running]:
    """The assessment service, its relay and consumers at rest."""
    async with serve(service, app, settings(assessment_database)) as running:
        yield running


@pytest.fixture
async def city(assessment: Running) -> AsyncIterator[Office]:
    """A case manager of the municipality."""
    async with assessment.agency("tamme") as http:
        yield Office(http)


@pytest.fixture
async def fund(assessment: Running) -> AsyncIterator[Office]:
    """A case manager of the unemployment fund."""
    async with assessment.agency("unemployment-fund") as http:
        yield Office(http)
