"""Servers that are there already are used instead of Sidus' own."""

from collections.abc import Iterator

import pytest

from deploy.embedded.nats import EmbeddedNats
from deploy.embedded.postgres import EmbeddedPostgres
from tests.deploy.checkout import Launcher
from tests.deploy.test_launcher import environment_of, rows_of_migrations


@pytest.fixture
def external() -> Iterator[EmbeddedPostgres]:
    """A database server of nobody else's: the launcher makes its roles and databases there."""
    with EmbeddedPostgres.temporary() as server:
        yield server


async def test_servers_named_by_the_environment_are_used_and_none_is_started(
    launcher: Launcher, external: EmbeddedPostgres, nats_server: EmbeddedNats
) -> None:
    launcher.environment = {"SIDUS_DATABASE_URL": external.url, "SIDUS_NATS_URL": nats_server.url}

    launcher.up()

    case = environment_of(launcher, "case")
    assert f"127.0.0.1:{external.port}/sidus_case" in case["SIDUS_DATABASE_URL"]
    assert case["SIDUS_NATS_URL"] == nats_server.url
    assert await rows_of_migrations(case["SIDUS_DATABASE_URL"]) == 1
    assert "postgres ready" not in launcher.said
    assert not (launcher.data / "postgres").exists()
