"""The figures of an import on the screen, as JSON and as a page of the documentation."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from tests.bench.registers import BATCH, LEAST, TURN, Cost, Times
from tests.bench.report import DOCS

PAGE = """# What taking a register over costs

Made by `make bench-import`: {clients:,} invented clients in batches of {batch:,} JSON lines, on one machine and one
PostgreSQL server. Imported: the sender of `sidus import`, with two batches under way, against the case service in the
same process, relay and sealer of the access log at rest; each batch parsed, checked against the record and written
with its access log, seals, events and report. Copied: the very rows that the import left, dumped before in
PostgreSQL's binary form, into a database with the same tables, indexes and constraints, one transaction a batch.
They take turns of {turn} batches, so that both see the same machine.

| | clients/s | CPU µs a client, server included |
|---|---|---|
| imported | {imported.rate:,.0f} | {imported.cpu_us:,.0f} |
| raw COPY | {copied.rate:,.0f} | {copied.cpu_us:,.0f} |

In the median turn the import went at **{ratio:.2f}** of the rate of the raw COPY; it may not fall below {least:.2f}.
"""


def followed(count: int, run: Callable[[int, Callable[[Times], None]], Awaitable[Times]]) -> Times:
    """A run with its progress on the screen."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("", total=count)

        def told(times: Times) -> None:
            done = len(times.imported.wall) * TURN * BATCH
            progress.update(task, completed=done, description=f"import at {times.ratio:.2f} of COPY")

        return asyncio.run(_of(run(count, told)))


async def _of(measured: Awaitable[Times]) -> Times:
    return await measured


def write(times: Times) -> int:
    """Print the figures and write them down; answers with the exit code: 1 where the import is too slow."""
    clients = len(times.imported.wall) * TURN * BATCH
    figures = {
        "clients": clients,
        "imported": _figures(times.imported),
        "copied": _figures(times.copied),
        "ratio": round(times.ratio, 3),
        "least": round(LEAST, 3),
    }
    Console().print_json(data=figures)
    (DOCS / "performance-import.json").write_text(json.dumps(figures, indent=2) + "\n")
    facts = {"batch": BATCH, "turn": TURN, "imported": times.imported, "copied": times.copied, "ratio": times.ratio}
    (DOCS / "performance-import.md").write_text(PAGE.format(clients=clients, least=LEAST, **facts))
    return 0 if times.ratio >= LEAST else 1


def _figures(cost: Cost) -> dict[str, float]:
    return {"clients_per_second": round(cost.rate), "cpu_us": round(cost.cpu_us)}
