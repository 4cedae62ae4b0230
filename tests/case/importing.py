"""What tests of imports have in common."""

from typing import Any

import asyncpg

from tests.support.people import form_a
from tests.support.stored import rows_of_each


def wrong_form() -> dict[str, Any]:
    """A person whose code has a mistyped digit."""
    form = form_a()
    code = form["identity"]["personal_code"]
    form["identity"]["personal_code"] = code[:10] + str((int(code[10]) + 1) % 10)
    return form


async def rows_of_every_table(url: str) -> dict[str, int]:
    """How many rows each table of a database has."""
    connection = await asyncpg.connect(url)
    try:
        return await rows_of_each(connection)
    finally:
        await connection.close()
