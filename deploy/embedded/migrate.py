"""Brings the databases named on standard input (JSON: service -> address) to their newest revision.

A process of its own, so that the launcher does not carry every service's tables in memory.
"""

import asyncio
import json
import sys

from shared.db.migrations import upgrade


async def upgrade_all(databases: dict[str, str]) -> None:
    """Upgrade one database after another: Alembic's environment is one for the whole process."""
    for service, url in databases.items():
        await upgrade(service, url)


if __name__ == "__main__":
    asyncio.run(upgrade_all(json.load(sys.stdin)))
