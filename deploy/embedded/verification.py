"""The verification of the access logs on the screen: how far it is, what is wrong, and the sum in one line."""

import contextlib
import os
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import Progress

from deploy.embedded.errors import LauncherError
from deploy.embedded.landscape import SERVICES
from shared.access.verification import Result, size, unchained, verify

NAMED_IN = "SIDUS_DATABASE_URLS"
_DATABASES = TypeAdapter(dict[str, str])
PATIENCE_SECONDS = 10.0
"""How long an entry may wait to be chained, which takes a moment when all is well."""


def named_databases() -> dict[str, str] | None:
    """The databases that the environment names, for an installation that this command did not start."""
    named = os.environ.get(NAMED_IN)
    if named is None:
        return None
    with contextlib.suppress(ValidationError):
        if (databases := _DATABASES.validate_json(named)).keys() == set(SERVICES):
            return databases
    raise LauncherError(f"{NAMED_IN} is to name a database for each of {', '.join(SERVICES)}, as JSON.")


async def verified(databases: Mapping[str, str], screen: Console) -> Result:
    """Verify the logs of all services; the bar is drawn on the screen, what is found is printed."""
    with Progress(console=screen, disable=not screen.is_terminal, transient=True) as progress:
        task = progress.add_task("Verifying", total=await size(databases))
        result = await verify(databases, print, lambda rows: progress.advance(task, rows))
    for fault in await unchained(databases, PATIENCE_SECONDS):
        result.faults += 1
        print(fault)
    print(result)
    return result
