"""The four services on databases of their own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest

from deploy.embedded.postgres import EmbeddedPostgres
from services.case import receipts
from shared.ids import new_id
from tests.conftest import new_database
from tests.merging.world import SERVICES, World


@pytest.fixture(scope="module")
def databases(postgres: EmbeddedPostgres) -> Mapping[str, str]:
    """A migrated database for each service, of this module's own."""
    made = new_id().hex[-8:]
    return {name: asyncio.run(new_database(postgres.url, name, f"merging_{made}_{name}")) for name in SERVICES}


@pytest.fixture
async def world(databases: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """The services; nobody waits for receipts, which the test itself has to deliver."""
    monkeypatch.setattr(receipts, "WAIT", timedelta(0))
    async with World.at(databases) as world:
        yield world
