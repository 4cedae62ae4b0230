"""The commands on the screen: how far, how fast, and what became of the rows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from deploy.registers import sending, taking
from deploy.registers.caller import Bearer, Caller
from deploy.registers.file import Register
from deploy.registers.sending import Wish

ANSWER_SECONDS = 60.0


class Rate(ProgressColumn):
    """Rows a second."""

    def render(self, task: Task) -> Text:
        """The rate of late, once there is one."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} rows/s" if speed else "")


@asynccontextmanager
async def calling(url: str, issue: Callable[[], str]) -> AsyncIterator[Caller]:
    """A caller of the gateway at the address."""
    async with httpx.AsyncClient(base_url=url, timeout=ANSWER_SECONDS, trust_env=False, auth=Bearer(issue)) as http:
        yield Caller(http)


async def import_file(caller: Caller, register: Register, wish: Wish, console: Console) -> bool:
    """Send a register and show it; answers whether every row was taken."""
    running = await sending.begun(caller, register, wish)
    if running["next_row"] > 1:
        console.print(f"Going on with row {running['next_row']:,} of {register.rows:,}.")
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        console=console,
    ) as progress:
        task = progress.add_task(_counted(running["counts"]), total=register.rows, completed=running["next_row"] - 1)

        def hear(answer: dict[str, Any]) -> None:
            progress.update(task, completed=answer["next_row"] - 1, description=_counted(answer["counts"]))

        await sending.send(caller, register, running, hear)
    done = await sending.completed(caller, running)
    console.print(f"{'Tried' if wish.dry_run else 'Taken over'}: {_counted(done['counts'])}.")
    return await _reported(caller, done, register.path, console)


async def _reported(caller: Caller, done: dict[str, Any], path: Path, console: Console) -> bool:
    if not done["counts"].get("refused"):
        return True
    report = path.with_name(f"{path.name}.refused.csv")
    await sending.report(caller, done, report)
    console.print(f"What is wrong with the rows that were refused is in {report}.", soft_wrap=True)
    return False


async def export_file(caller: Caller, into: Path, form: str, console: Console) -> None:
    """Take the records out into a file and show it."""
    with Progress(TextColumn("{task.completed:,.0f} records"), Rate(), console=console) as progress:
        task = progress.add_task("", total=None)
        count = await taking.take(caller, into, form, lambda count: progress.update(task, completed=count))
    console.print(f"{count:,} records are in {into}.", soft_wrap=True)


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(counts.items())) or "nothing yet"


def run_import(url: str, issue: Callable[[], str], register: Register, wish: Wish, console: Console) -> bool:
    """The whole of `sidus import`."""

    async def run() -> bool:
        async with calling(url, issue) as caller:
            return await import_file(caller, register, wish, console)

    return asyncio.run(run())


def run_export(url: str, issue: Callable[[], str], into: Path, form: str, console: Console) -> None:
    """The whole of `sidus export`."""

    async def run() -> None:
        async with calling(url, issue) as caller:
            await export_file(caller, into, form, console)

    asyncio.run(run())
