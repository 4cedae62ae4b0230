"""Every service's migrations make what its models say, can be taken back, and can be applied again."""

from urllib.parse import urlsplit

import asyncpg
import pytest
from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.embedded.postgres import EmbeddedPostgres
from shared.db import migrations
from shared.db.engine import async_url
from shared.ids import new_id
from tests.conftest import new_database

SERVICES = ("assessment", "case", "feedback", "network")


async def take_back(service: str, url: str) -> None:
    """Take every revision of a service's database back."""

    def downgrade(connection: Connection) -> None:
        config = migrations.config_of(service)
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    engine = create_async_engine(async_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
    await engine.dispose()


async def tables(url: str) -> set[str]:
    """The tables of a database, Alembic's own left out."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    return {row["tablename"] for row in rows} - {"alembic_version"}


async def dropped(postgres: EmbeddedPostgres, name: str) -> None:
    """Let go of a database."""
    connection = await asyncpg.connect(postgres.url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
    finally:
        await connection.close()


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    """Each of the services in turn."""
    return str(request.param)


async def test_what_the_migrations_make_is_what_the_models_say(postgres: EmbeddedPostgres, service: str) -> None:
    url = await new_database(postgres.url, service, f"drift_{service}")
    assert await migrations.drift(service, url) == []
    assert await migrations.upgrade(service, url) is False
    declared = {table.name for metadata in migrations.metadata_of(service) for table in metadata.tables.values()}
    assert await tables(url) == declared
    await dropped(postgres, urlsplit(url).path[1:])


async def test_migrations_can_be_taken_back_and_applied_again(postgres: EmbeddedPostgres, service: str) -> None:
    url = await new_database(postgres.url, service, f"return_{service}")
    before = await tables(url)
    await take_back(service, url)
    assert await tables(url) == set()
    assert await migrations.upgrade(service, url) is True
    assert await tables(url) == before
    assert await migrations.drift(service, url) == []
    await dropped(postgres, urlsplit(url).path[1:])


CLIENTS = """
INSERT INTO client (id, client_id, owner_agency, category, created_at, changed_at, version, sequence)
SELECT id, id, 'tamme', 'identity', now(), now(), 1, 0 FROM unnest($1::uuid[]) AS id;
"""
IDENTIFIER = """
INSERT INTO client_identifier (id, client_id, owner_agency, category, kind, country, value, recorded_at, source,
                               leads_to_client)
VALUES ($1, $1, 'tamme', 'identity', 'foreign_code', 'LV', $2, now(), '{}', true)
"""


async def test_of_several_spellings_of_a_code_one_is_found_and_none_is_lost(postgres: EmbeddedPostgres) -> None:
    url = await new_database(postgres.url, "case", "spelled_case", to="0019")
    values = ["010180-10007", "01018010007", "ab12345", "---"]
    connection = await asyncpg.connect(url)
    try:
        ids = [new_id() for _ in values]
        await connection.execute(CLIENTS, ids)
        await connection.executemany(IDENTIFIER, list(zip(ids, values, strict=True)))
        await migrations.upgrade("case", url)
        rows = await connection.fetch("SELECT value, compared FROM client_identifier ORDER BY id")
    finally:
        await connection.close()
    assert dict(rows) == dict(zip(values, ["010180-10007", "01018010007", "AB12345", "---"], strict=True))
    await dropped(postgres, "spelled_case")


CONTACTS = """
INSERT INTO client_contact (id, client_id, owner_agency, category, standing, recorded_at, changed, provenance,
                            agreed_channels, match_keys, phone, account_number, actual_address)
VALUES ($1, $1, 'tamme', 'contact', 'current', now(), '{}', '{}', '{}', '{}', $2, $3, $4)
"""


async def test_lines_are_left_without_what_cannot_be_seen(postgres: EmbeddedPostgres) -> None:
    url = await new_database(postgres.url, "case", "unseen_case", to="0022")
    given = [
        ("     ", "      ", "Kaevu 1\nTamme"),
        (" +372 5555 ", "EE12 3456", "\u200b"),
        ("12   ", " E12 ", "Õuna\u200b 7"),
    ]
    connection = await asyncpg.connect(url)
    try:
        ids = [new_id() for _ in given]
        await connection.execute(CLIENTS, ids)
        await connection.executemany(CONTACTS, [(one, *lines) for one, lines in zip(ids, given, strict=True)])
        await migrations.upgrade("case", url)
        rows = await connection.fetch("SELECT phone, account_number, actual_address FROM client_contact ORDER BY id")
    finally:
        await connection.close()
    assert [tuple(row) for row in rows] == [
        (None, None, "Kaevu 1 Tamme"),
        ("+372 5555", "EE12 3456", None),
        (None, None, "Õuna  7"),
    ]
    await dropped(postgres, "unseen_case")
