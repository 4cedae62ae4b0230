"""Databases for tests: one is built from the models, the others are copies of it, made in a moment."""

from urllib.parse import urlsplit

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from shared.access import models as access_tables
from shared.db import idempotency as idempotency_tables
from shared.db.base import Plumbing
from shared.db.engine import async_url
from shared.events import models as event_tables
from shared.ids import new_id
from tests.shared import diary

PLUMBING = (access_tables, event_tables, idempotency_tables)
BLUEPRINT = "diary_blueprint"


async def make_blueprint(server: str) -> None:
    """The database of which the others are copies: the plumbing of every service, and the diary's tables."""
    await _command(server, f"CREATE DATABASE {BLUEPRINT}")
    engine = create_async_engine(async_url(_beside(server, BLUEPRINT)))
    async with engine.begin() as connection:
        await connection.run_sync(Plumbing.metadata.create_all)
        await connection.run_sync(diary.Base.metadata.create_all)
    await engine.dispose()


async def copy(server: str) -> str:
    """A fresh database; answers its address."""
    return await copy_of(_beside(server, BLUEPRINT), server)


async def copy_of(database: str, server: str) -> str:
    """A database that holds what another one holds, to which nobody is connected; answers its address."""
    name = f"diary_{new_id().hex}"
    await _command(server, f"CREATE DATABASE {name} TEMPLATE {urlsplit(database).path[1:]}")
    return _beside(server, name)


async def empty(database: str) -> None:
    """Take every row out of a database."""
    tables = [*Plumbing.metadata.sorted_tables, *diary.Base.metadata.sorted_tables]
    await _command(database, ";".join(f'DELETE FROM "{table.name}"' for table in reversed(tables)))  # noqa: S608


def _beside(server: str, name: str) -> str:
    return urlsplit(server)._replace(path=f"/{name}").geturl()


async def _command(server: str, command: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(command)
    finally:
        await connection.close()
