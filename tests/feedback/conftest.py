"""The feedback service against real servers: a database of its own for each test, the case service, an SMTP sink."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import uvicorn
from aiosmtpd.controller import Controller
from fastapi import FastAPI

from deploy.embedded.ports import free_port
from deploy.embedded.postgres import EmbeddedPostgres
from tests.conftest import new_database
from tests.feedback.driver import CityRecord, Feedback
from tests.feedback.sink import Sink
from tests.support.service import KEY, serve, settings
from tests.support.waiting import comes_true

EMPTIED = """
    DO $$ BEGIN EXECUTE (
        SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ')
        FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    ); END $$
"""


@pytest.fixture
async def database(feedback_database: str) -> str:
    """The database of the feedback service, empty: no other test's invitations may come due here."""
    connection = await asyncpg.connect(feedback_database)
    try:
        await connection.execute(EMPTIED)
    finally:
        await connection.close()
    return feedback_database


@pytest.fixture(scope="session")
def feedback_database(postgres: EmbeddedPostgres) -> str:
    """A migrated database of this part's tests alone."""
    return asyncio.run(new_database(postgres.url, "feedback", "feedback_alone"))


@pytest.fixture
def clock_file(tmp_path: Path) -> Path:
    """The clock that every service of a test follows."""
    return tmp_path / "clock"


@pytest.fixture
async def feedback(database: str, clock_file: Path) -> AsyncIterator[Feedback]:
    """The feedback service, its dispatcher and consumers at rest, with nobody to ask for addresses."""
    from services.feedback.app import app, service

    async with serve(service, app, settings(database, clock_file=clock_file)) as running:
        yield Feedback(running)


@pytest.fixture
async def city_record(case_database: str, clock_file: Path) -> AsyncIterator[CityRecord]:
    """The case service, listening."""
    from services.case.app import app, service

    given = settings(case_database, clock_file=clock_file)
    async with serve(service, app, given) as running, listening(app) as url:
        yield CityRecord(running, url)


@pytest.fixture
async def sending(database: str, clock_file: Path, city_record: CityRecord) -> AsyncIterator[Feedback]:
    """The feedback service, able to ask the case service for addresses."""
    from services.feedback.app import app, service

    given = settings(database, clock_file=clock_file, peer_urls={"case": city_record.url}, peer_keys={"case": KEY})
    async with serve(service, app, given) as running:
        yield Feedback(running)


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that accepts everything and shows what it got; its own log, which names receivers, is off."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    sink = Sink(free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    yield sink
    controller.stop()


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[str]:
    """The app behind a socket, its lifespan left alone; answers its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=free_port(), lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await comes_true(lambda: server.started)
    yield f"http://127.0.0.1:{config.port}"
    server.should_exit = True
    await task
