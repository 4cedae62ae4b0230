"""The figures as a table on the screen, as JSON and as a page of the documentation."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.course import CONTACT, EFFECTS, REQUESTS, ROUNDS, Results, quantile
from tests.bench.load import CONNECTIONS, Contestant

DOCS = Path(__file__).parents[2] / "docs"

PAGE = """# What a request costs

Made by `make bench`: {rounds} interleaved rounds of {requests} reads (half as many writes) over {connections}
connections, on one machine, against a system of its own. CPU is user and system time of the processes named, the
median of the rounds; it is the figure to compare, since wall time depends on what else the machine does. *Of raw* is
the CPU of the hand-written handler with the same SQL divided by that of the contestant: 1 would be as cheap as raw.

## Reading one case, with its access-log row

{reads}

## Noting a service contact: a row, an event and an access-log row in one commit

{writes}

## From commit to effect

From the answer to a noted contact until the feedback service has decided about it ({effects} times):
median **{median:.0f} ms**, 99th percentile **{late:.0f} ms**.

Taken after the reads and before the writes, so with nothing waiting. Events of one case are handled one after the
other: behind a burst of contacts on a single case an effect waits for all that came before it.
"""


def write(results: Results) -> None:
    """Print the table; write docs/performance.json and docs/performance.md."""
    console = Console()
    for title, contestants in (("Reads", results.reads), ("Writes", results.writes)):
        console.print(_table(title, contestants))
    median, late = quantile(results.effects_ms, 0.5), quantile(results.effects_ms, 0.99)
    console.print(f"commit → effect: median {median:.1f} ms, p99 {late:.1f} ms ({CONTACT['service']} contacts)")
    figures = {
        "reads": [_figures(c, results.reads[0]) for c in results.reads],
        "writes": [_figures(c, results.writes[0]) for c in results.writes],
        "effect_ms": {"median": round(median, 1), "p99": round(late, 1), "count": EFFECTS},
    }
    (DOCS / "performance.json").write_text(json.dumps(figures, indent=2) + "\n")
    (DOCS / "performance.md").write_text(
        PAGE.format(
            rounds=ROUNDS,
            requests=REQUESTS,
            connections=CONNECTIONS,
            reads=_markdown(results.reads),
            writes=_markdown(results.writes),
            effects=EFFECTS,
            median=median,
            late=late,
        )
    )


def _figures(contestant: Contestant, yardstick: Contestant) -> dict[str, object]:
    return {
        "name": contestant.name,
        "cpu_ms": round(contestant.cpu, 2),
        "wall_ms": round(contestant.wall, 1),
        "of_raw": round(yardstick.cpu / contestant.cpu, 2),
    }


def _table(title: str, contestants: Sequence[Contestant]) -> Table:
    table = Table("", "CPU ms", "of raw", "wall ms (median)", title=title)
    for row in contestants:
        figures = _figures(row, contestants[0])
        table.add_row(row.name, str(figures["cpu_ms"]), str(figures["of_raw"]), str(figures["wall_ms"]))
    return table


def _markdown(contestants: Sequence[Contestant]) -> str:
    lines = ["| handler | CPU ms a request | of raw | wall ms (median) |", "|---|---|---|---|"]
    for row in contestants:
        figures = _figures(row, contestants[0])
        lines.append(f"| {row.name} | {figures['cpu_ms']} | {figures['of_raw']} | {figures['wall_ms']} |")
    return "\n".join(lines)
