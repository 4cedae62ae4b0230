"""`python -m deploy.proofs single-copy` and `python -m deploy.proofs access`."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from deploy.demo.__main__ import play
from deploy.demo.resident import Resident
from deploy.demo.teller import Teller
from deploy.embedded.system import System
from deploy.proofs import planting, single_copy
from deploy.proofs.access.finding import Finding
from deploy.proofs.access.proof import prove
from deploy.proofs.access.site import LiveSite
from deploy.proofs.needles import needles_of
from deploy.proofs.stores import Stores

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@app.callback()
def proofs() -> None:
    """Proofs of what Sidus promises."""


@app.command("single-copy")
def prove_single_copy() -> None:
    """Plant canary people, look into every store, print `stores=… canaries=… leaks=…`; exit 1 on a leak."""
    with tempfile.TemporaryDirectory(prefix="sidus-proof-", ignore_cleanup_errors=True) as folder:
        finding, canaries = asyncio.run(_planted_and_looked_for(Path(folder)))
    for leak in finding.leaks:
        print(leak)
    at_home = " ".join(f"{holds.name.lower()}={rows}" for holds, rows in sorted(finding.at_home.items()))
    print(f"at home: {at_home}")
    print(f"stores={finding.stores} canaries={canaries} leaks={len(finding.leaks)}")
    is_blind = not finding.at_home.keys() & finding.handed_out >= set(_KINDS)
    sys.exit(1 if finding.leaks or is_blind else 0)


@app.command("access")
def prove_access(
    quick: Annotated[bool, typer.Option(help="Fewer clients and callers: what the tests do.")] = False,
) -> None:
    """Look through every operation as everybody, print `cells=… mismatches=…`; exit 1 on a mismatch."""
    with tempfile.TemporaryDirectory(prefix="sidus-proof-", ignore_cleanup_errors=True) as folder:
        found = asyncio.run(_looked_through(Path(folder), quick=quick))
    for mismatch in found.mismatches:
        print(mismatch)
    print(found.summary())
    sys.exit(1 if found.mismatches else 0)


async def _looked_through(folder: Path, *, quick: bool) -> Finding:
    console = Console(stderr=True, highlight=False)
    async with System.start(folder) as system, LiveSite.of(system.gateway_url, system.data) as site:
        return await prove(site, quick=quick, tell=console.print)


_KINDS = [needle.holds for needle in needles_of(Resident.invented("Kanaarius", "Kanaarlane"))]


async def _planted_and_looked_for(folder: Path) -> tuple[single_copy.Finding, int]:
    residents = [Resident.invented(f"Kanaarius{n}", f"Õitsvöökanaar{n}") for n in range(1 + planting.PLANTED)]
    async with System.start(folder) as system:
        state = folder / "sandbox"
        await play(system.gateway_url, state, residents[0], Teller(Console(quiet=True)))
        async with httpx.AsyncClient(base_url=system.gateway_url, timeout=15, trust_env=False) as http:
            exports = await planting.everything(planting.Hands(http, state / "clients.json"), residents[1:])
        needles = [needle for resident in residents for needle in needles_of(resident)]
        return await single_copy.look(Stores.of(folder), needles, exports), len(residents)


if __name__ == "__main__":
    app()
