"""A world of its own for each test, in which time is short."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.embedded.nats import EmbeddedNats
from shared.access import projection
from shared.events import bus, consumer, pull, relay, topology
from tests.shared.conftest import NewDatabase
from tests.shared.events.world import Wire, World

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
    with EmbeddedNats(tmp_path, durable=False) as server:
        yield Wire(server)


@pytest.fixture
async def world(wire: Wire, new_database: NewDatabase) -> World:
    """Two empty databases and the wire."""
    return World(await new_database(), await new_database(), wire)
