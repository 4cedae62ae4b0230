"""A new migration, written against a throw-away server."""

from deploy.embedded.postgres import EmbeddedPostgres
from shared.db.migrations import revise, upgrade


async def write_revision(service: str, message: str) -> None:
    """Write the revision that brings a migrated, empty database of the service to its models."""
    with EmbeddedPostgres.temporary() as server:
        await upgrade(service, server.url)
        await revise(service, server.url, message)
