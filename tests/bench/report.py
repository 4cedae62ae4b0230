"""The figures as a table on the screen, as JSON and as a page of the documentation."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.course import CONTACT, EFFECTS, REQUESTS, ROUNDS, Results, quantile
from tests.bench.load import CONNECTIONS, Contestant
from tests.bench.revocation import READERS, WITHDRAWALS, WRITERS, Revocations

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

## From a withdrawal to the refusal, under load

From the time of a withdrawal (`withdrawn_at`, taken before its commit) until the grantee, who looks again and again
through the gateway, is first refused ({withdrawals} times), while {readers} connections read cases and {writers} write
contacts as fast as they are answered ({load:.0f} requests a second beside the looking).

{revocations}

The looks themselves take time and load the services, so the figures are upper bounds. The bound to keep is one second
at the 99th percentile, everywhere.
"""


def write(results: Results) -> None:
    """Print the table; write docs/performance.json and docs/performance.md."""
    console = Console()
    for title, contestants in (("Reads", results.reads), ("Writes", results.writes)):
        console.print(_table(title, contestants))
    median, late = quantile(results.effects_ms, 0.5), quantile(results.effects_ms, 0.99)
    console.print(f"commit → effect: median {median:.1f} ms, p99 {late:.1f} ms ({CONTACT['service']} contacts)")
    revoked = _revoked(results.revocations)
    console.print(_revocation_table(revoked))
    figures = {
        "reads": [_figures(c, results.reads[0]) for c in results.reads],
        "writes": [_figures(c, results.writes[0]) for c in results.writes],
        "effect_ms": {"median": round(median, 1), "p99": round(late, 1), "count": EFFECTS},
        "revocation_ms": revoked | {"count": WITHDRAWALS, "requests_a_second": round(results.revocations.load)},
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
            withdrawals=WITHDRAWALS,
            readers=READERS,
            writers=WRITERS,
            load=results.revocations.load,
            revocations=_revocation_markdown(revoked),
        )
    )


def _figures(contestant: Contestant, yardstick: Contestant) -> dict[str, object]:
    return {
        "name": contestant.name,
        "cpu_ms": round(contestant.cpu, 2),
        "wall_ms": round(contestant.wall, 1),
        "of_raw": round(yardstick.cpu / contestant.cpu, 2),
    }


def _revoked(found: Revocations) -> dict[str, dict[str, int]]:
    measured = {**found.by_service, "everywhere": found.everywhere}
    return {name: _spread(sorted(taken)) for name, taken in measured.items()}


def _spread(taken: list[float]) -> dict[str, int]:
    return {"p50": round(quantile(taken, 0.5)), "p99": round(quantile(taken, 0.99)), "max": round(taken[-1])}


def _revocation_table(revoked: Mapping[str, Mapping[str, int]]) -> Table:
    table = Table("", "p50 ms", "p99 ms", "max ms", title="Withdrawal → refusal, under load")
    for name, spread in revoked.items():
        table.add_row(name, *(str(taken) for taken in spread.values()))
    return table


def _revocation_markdown(revoked: Mapping[str, Mapping[str, int]]) -> str:
    rows = [f"| {name} | {' | '.join(str(taken) for taken in spread.values())} |" for name, spread in revoked.items()]
    return "\n".join(["| refused by | p50 ms | p99 ms | max ms |", "|---|---|---|---|", *rows])


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
