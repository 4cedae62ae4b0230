"""The verification of the access logs on the screen: how far it is, what is wrong, and the sum in one line."""

from collections.abc import Mapping

from rich.console import Console
from rich.progress import Progress

from shared.access.verification import Result, size, unchained, verify

PATIENCE_SECONDS = 10.0
"""How long an entry may wait to be chained, which takes a moment when all is well."""


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
