"""The verification of the access logs on the screen: how far it is, what is wrong, and the sum in one line."""

from collections.abc import Mapping

from rich.console import Console
from rich.progress import Progress

from shared.access.verification import Result, size, verify


async def verified(databases: Mapping[str, str], screen: Console) -> Result:
    """Verify the logs of all services; the bar is drawn on the screen, what is found is printed."""
    with Progress(console=screen, disable=not screen.is_terminal, transient=True) as progress:
        task = progress.add_task("Verifying", total=await size(databases))
        result = await verify(databases, print, lambda rows: progress.advance(task, rows))
    print(result)
    return result
