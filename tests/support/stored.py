"""What a running system has stored and written into its logs, so that a test can show that nothing was added."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.proofs.stores import Stores

READS = "access_log"
"""A refusal may tell of what was read, so reading is logged even where nothing comes of it."""


async def rows_in(stores: Stores) -> dict[str, int]:
    """The number of rows of every table but the log of reads, as `service.table`."""
    counted: dict[str, int] = {}
    for service in stores.databases:
        async with stores.database(service) as connection:
            tables = await rows_of_each(connection)
            counted |= {f"{service}.{table}": rows for table, rows in tables.items() if table != READS}
    return counted


async def rows_of_each(connection: asyncpg.Connection) -> dict[str, int]:
    """The number of rows of every table of one database."""
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {table: await connection.fetchval(f'SELECT count(*) FROM "{table}"') for (table,) in tables}  # noqa: S608


def sizes_of(logs: Sequence[Path]) -> dict[Path, int]:
    """How long each log is now."""
    return {log: log.stat().st_size for log in logs}


def logged_since(sizes: Mapping[Path, int], logs: Sequence[Path]) -> list[str]:
    """The lines that were written since."""
    return [line for log in logs for line in log.read_bytes()[sizes[log] :].decode(errors="replace").splitlines()]


async def rows_of(engine: AsyncEngine, table: str) -> int:
    """The number of rows of one table."""
    async with engine.connect() as connection:
        return int((await connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"')).scalar_one())  # noqa: S608
