"""A diary to try things on, and a fresh database whenever a test needs one to itself."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio

from deploy.embedded.postgres import EmbeddedPostgres
from shared.telemetry import logs
from tests.shared import databases
from tests.shared import diary as diary_service
from tests.support.service import Running, serve, settings

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def blueprint(postgres: EmbeddedPostgres) -> str:
    """This worker's PostgreSQL, with the database of which the others are copies."""
    asyncio.run(databases.make_blueprint(postgres.url))
    return postgres.url


@pytest.fixture(scope="session")
def diary_database(blueprint: str) -> str:
    """The diary's database; tests keep apart by the clients they make up."""
    return asyncio.run(databases.copy(blueprint))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def diary(diary_database: str) -> AsyncIterator[Running]:
    """The diary, its relay and consumers at rest; started once, for tests that run in the session's loop."""
    async with serve(diary_service.service, diary_service.app, settings(diary_database)) as running:
        yield running


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the process logs during the test, each line read as JSON."""
    before = logging.root.handlers[:], logging.root.level
    written = io.StringIO()
    logs.configure("diary", "info", written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.root.handlers[:], logging.root.level = before
