"""A world of its own for each test, in which time is short."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from nats.js import JetStreamContext

from shared.access import projection
from shared.events import bus, consumer, pull, relay, topology
from tests.shared.databases import copy, empty
from tests.shared.events.world import Wire, World, count
from tests.support.waiting import eventually

SHORT = 0.1


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries and looks follow each other quickly."""
    monkeypatch.setattr(bus, "RETRY_SECONDS", SHORT)
    monkeypatch.setattr(relay, "RETRY_SECONDS", SHORT)
    monkeypatch.setattr(relay, "IDLE_SECONDS", SHORT)
    monkeypatch.setattr(relay, "LOOK_SECONDS", SHORT)
    monkeypatch.setattr(consumer, "RETRY_SECONDS", SHORT)
    monkeypatch.setattr(consumer, "BACKOFF", (SHORT,) * 5)
    monkeypatch.setattr(consumer, "WAIT", (SHORT,))
    monkeypatch.setattr(topology, "ACK_WAIT", timedelta(seconds=2))
    monkeypatch.setattr(projection, "GOOD_FOR_SECONDS", 1.0)
    monkeypatch.setattr(pull, "SILENCE_SECONDS", 0.75)
    monkeypatch.setattr(
        pull, "REQUEST", json.dumps({"batch": pull.BATCH, "expires": int(1e9), "idle_heartbeat": int(0.25e9)}).encode()
    )


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    """A NATS that no other test uses."""
    wire = Wire(tmp_path)
    yield wire
    wire.stop()


@pytest.fixture(scope="session")
def two_databases(blueprint: str) -> tuple[str, str]:
    """The databases of the service that tells and of the one that listens."""
    return asyncio.run(copy(blueprint)), asyncio.run(copy(blueprint))


@pytest.fixture
async def world(wire: Wire, two_databases: tuple[str, str]) -> World:
    """Two empty databases and the wire."""
    for database in two_databases:
        await empty(database)
    return World(*two_databases, wire)


@pytest.fixture
async def js(world: World) -> AsyncIterator[JetStreamContext]:
    """JetStream with the stream of the service that tells, which itself has nothing to tell."""
    async with world.teller() as teller, world.wire.jetstream() as js:
        await eventually(lambda: count(teller, "stream_seen"), 1)
        yield js
