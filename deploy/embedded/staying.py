"""What `sidus up` does: start, play the scenario once, stay until told to stop."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress

from rich.console import Console

from deploy.embedded.child import dying_with
from deploy.embedded.progress import Progress
from deploy.embedded.state import DataFolder
from deploy.embedded.system import System


async def stay_up(data: DataFolder, ports: Mapping[str, int], console: Console, *, demo: bool) -> None:
    """Run the system until SIGINT or SIGTERM; `demo` plays the scenario if this folder has not seen it."""
    work = asyncio.create_task(_up(data, ports, console, demo=demo))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, _cancel_once, work)
    with suppress(asyncio.CancelledError):
        await work


async def play(gateway_url: str, data: DataFolder) -> bool:
    """Play the main scenario on a system that is up, on this screen; whether it came to its end."""
    scenario = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.demo", "--gateway", gateway_url, "--state", str(data.sandbox)),
        start_new_session=True,
        preexec_fn=dying_with(os.getpid(), signal.SIGTERM),
    )
    try:
        return await scenario.wait() == 0
    finally:
        if scenario.returncode is None:
            scenario.terminate()
            await scenario.wait()


async def _up(data: DataFolder, ports: Mapping[str, int], console: Console, *, demo: bool) -> None:
    with Progress(console) as progress:
        async with System.start(data.root, ports, progress.report) as system:
            progress.finish()
            if demo and not data.played.exists():
                await _first_play(system, console)
            _say_where(system, console)
            await asyncio.Event().wait()


async def _first_play(system: System, console: Console) -> None:
    if await play(system.gateway_url, system.data):
        system.data.played.touch()
    else:
        console.print("[red]The scenario did not come to its end.[/] Play it again with: sidus demo")


def _say_where(system: System, console: Console) -> None:
    console.print(
        f"\n[bold green]Sidus is up.[/] Ctrl-C stops it.\n"
        f"  API            {system.gateway_url}/api/v1\n"
        f"  Documentation  {system.gateway_url}/docs\n"
        f"  A token        make token, or: sidus token --agency tamme --role case_manager\n"
        f"  Logs           {system.data.logs}\n",
        soft_wrap=True,
    )


def _cancel_once(work: asyncio.Task[None]) -> None:
    """A second signal must not cut short the stopping that the first one began."""
    if not work.cancelling():
        work.cancel()
