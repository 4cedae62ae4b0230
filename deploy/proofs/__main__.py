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
from deploy.demo.caller import Caller
from deploy.demo.record import API
from deploy.demo.resident import Resident
from deploy.demo.teller import Teller
from deploy.embedded.system import System
from deploy.proofs import single_copy
from deploy.proofs.access.finding import Finding
from deploy.proofs.access.proof import prove
from deploy.proofs.access.site import LiveSite
from deploy.proofs.needles import needles_of
from deploy.proofs.stores import Stores

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
CANARIES = 3


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
    sys.exit(1 if finding.leaks or len(finding.at_home) < len(set(_KINDS)) else 0)


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
    residents = [Resident.invented(f"Kanaarius{n}", f"Õitsvöökanaar{n}") for n in range(CANARIES)]
    async with System.start(folder) as system:
        state = folder / "sandbox"
        await play(system.gateway_url, state, residents[0], Teller(Console(quiet=True)))
        async with httpx.AsyncClient(base_url=system.gateway_url, timeout=15, trust_env=False) as http:
            city = Caller(http, state / "clients.json", "tamme", "role:case_manager")
            tracker = Caller(http, state / "clients.json", "state-portal", "role:tracker")
            for resident in residents[1:]:
                await plant(city, http, resident)
                await asked_by_code(tracker, resident)
        needles = [needle for resident in residents for needle in needles_of(resident)]
        return await single_copy.look(Stores.of(folder), needles), len(residents)


async def plant(city: Caller, http: httpx.AsyncClient, resident: Resident) -> None:
    """Register a canary, and make every mistake with its data that might be quoted in an error or a log."""
    form = resident.form_a()
    key = {"Idempotency-Key": f"canary-{resident.document_number}-000000"}
    client = await city.call("POST", f"{API}/clients", 201, json=form, headers=key)
    await city.call("POST", f"{API}/clients", 201, json=form, headers=key)
    await city.post(f"{API}/clients", form, 409)
    await city.post(f"{API}/clients/search", {"personal_code": resident.personal_code}, 200)
    await city.get(f"{API}/clients/{client['id']}")
    for wrong in _mistakes(resident):
        await city.post(f"{API}/clients", wrong, 422)
    cut_off = f'{{"identity": "{resident.last_name}'.encode()
    await city.call("POST", f"{API}/clients", 400, content=cut_off, headers={"Content-Type": "application/json"})
    await http.post(f"{API}/clients", json=form, headers={"Authorization": f"Bearer {resident.personal_code}"})
    await http.get(f"{API}/clients/{resident.personal_code}")


async def asked_by_code(tracker: Caller, resident: Resident) -> None:
    """Ask by personal code who used a canary's data, as the protocol wants it: in the query and in a header."""
    code = f"EE{resident.personal_code}"
    asked = {"params": {"userCode": code}, "headers": {"X-Road-UserId": code}}
    await tracker.call("GET", "/tracker/v2/findUsage", 200, **asked)


def _mistakes(resident: Resident) -> list[dict[str, object]]:
    form = resident.form_a()
    identity = form["identity"]
    return [
        form | {"identity": identity | {"personal_code": resident.personal_code[:-1] + "x"}},
        form | {"identity": identity | {"first_name": resident.first_name + "\0"}},
        form | {"contact": form["contact"] | {"email": f"{resident.email}@twice"}},
        form | {"contact": form["contact"] | {"phone": f"call {resident.phone}"}},
        form | {resident.last_name: resident.address},
    ]


if __name__ == "__main__":
    app()
