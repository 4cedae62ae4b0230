"""Alembic for every service: the same environment, each service its own versions and its own database."""

import asyncio
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from shared.access import models as access_tables
from shared.db import idempotency as idempotency_tables
from shared.db.base import Plumbing
from shared.db.engine import async_url
from shared.events import models as event_tables

PLUMBING = (access_tables, event_tables, idempotency_tables)
"""The modules whose tables every service has; imported so that Alembic knows them."""

P = ParamSpec("P")
T = TypeVar("T")

SERVICES = Path(__file__).parents[2] / "services"
LOCK_TIMEOUT = "5s"


def config_of(service: str) -> Config:
    """The Alembic configuration of a service."""
    config = Config()
    config.set_main_option("script_location", str(SERVICES / service / "migrations"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def metadata_of(service: str) -> list[MetaData]:
    """Every table that the service's database should have."""
    tables = import_module(f"services.{service}.models")
    return [Plumbing.metadata, tables.Base.metadata]


async def upgrade(service: str, url: str, to: str = "head") -> bool:
    """Bring a service's database to the newest revision, or another; answers whether there was anything to do."""
    return await _connected(url, _upgraded, service, to)


async def drift(service: str, url: str) -> list[object]:
    """Differences between a migrated database and the models; empty when there are none."""
    return await _connected(url, _differences, service)


async def revise(service: str, url: str, message: str) -> None:
    """Write a new revision from what the models have and the migrated database lacks."""
    await _connected(url, _revised, service, message)


async def _connected(url: str, work: Callable[Concatenate[Connection, P], T], *args: P.args, **more: P.kwargs) -> T:
    engine = create_async_engine(async_url(url), hide_parameters=True)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work, *args, **more)
    finally:
        await engine.dispose()


def _upgraded(connection: Connection, service: str, to: str) -> bool:
    config = config_of(service)
    head = ScriptDirectory.from_config(config).get_current_head()
    if MigrationContext.configure(connection).get_current_revision() == head:
        return False
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    return True


def _differences(connection: Connection, service: str) -> list[object]:
    migration = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(migration, metadata_of(service)))  # type: ignore[arg-type]


def _revised(connection: Connection, service: str, message: str) -> None:
    config = config_of(service)
    config.attributes["connection"] = connection
    following = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    command.revision(config, message, autogenerate=True, rev_id=f"{following:04d}")


def run_environment(service: str) -> None:
    """What each service's `migrations/env.py` does."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata_of(service), compare_type=True)
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    context.run_migrations()


if __name__ == "__main__":
    asyncio.run(revise(*sys.argv[1:]))
