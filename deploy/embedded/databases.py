"""One database and one login role for each service, and no way from one to another."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.embedded.errors import LauncherError
from deploy.embedded.landscape import SERVICES


def database_of(service: str) -> str:
    """The name of the one database a service owns."""
    return f"sidus_{service}"


def url_of(service: str, password: str, server: str) -> str:
    """The address a service uses: its own role and database on the server the address names."""
    place = urlsplit(server).netloc.rpartition("@")[2]
    return urlunsplit(("postgresql", f"{service}:{password}@{place}", f"/{database_of(service)}", "", ""))


async def create_missing(server: str, passwords: dict[str, str], *, ours_alone: bool) -> None:
    """Create the roles and databases that are missing, and close each database to the other roles.

    `server` is an administrator's address. `ours_alone`: the server serves nobody else, so its
    maintenance databases are closed too. Raises LauncherError where the server refuses.
    """
    try:
        connection = await asyncpg.connect(server, timeout=10)
        try:
            await _create_all(connection, passwords, ours_alone)
        finally:
            await connection.close()
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise LauncherError(f"The database server cannot be used: {reason}.") from error


async def _create_all(connection: asyncpg.Connection, passwords: dict[str, str], ours_alone: bool) -> None:
    for service in SERVICES:
        await _create(connection, service, passwords[service])
    for maintenance in ("postgres", "template1") if ours_alone else ():
        await connection.execute(f"REVOKE CONNECT ON DATABASE {maintenance} FROM PUBLIC")


async def _create(connection: asyncpg.Connection, service: str, password: str) -> None:
    database = database_of(service)
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", service)
    verb = "ALTER" if known else "CREATE"
    await connection.execute(f"{verb} ROLE \"{service}\" LOGIN PASSWORD '{password}'")
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
        await connection.execute(f'CREATE DATABASE {database} OWNER "{service}" TEMPLATE template0')
        await connection.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
