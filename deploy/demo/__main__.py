"""Play the main scenario: `python -m deploy.demo --gateway URL --state FOLDER`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from deploy.demo import network, record, samples, sharing
from deploy.demo.caller import Unexpected
from deploy.demo.resident import Resident
from deploy.demo.stage import Stage
from deploy.demo.teller import Teller
from deploy.proofs import single_copy
from deploy.proofs.needles import needles_of
from deploy.proofs.stores import Stores

ACTS = (
    record.notice_and_registration,
    record.other_agencies,
    sharing.assessment_read_under_consent,
    network.map_and_meeting,
    network.survey,
    sharing.who_looked_and_withdrawal,
)


async def play(gateway: str, state: Path, resident: Resident, teller: Teller) -> Stage:
    """Play all acts; raises Unexpected where the system answers otherwise than it should."""
    async with httpx.AsyncClient(base_url=gateway, timeout=15, trust_env=False) as http:
        stage = await Stage.set_up(http, state / "clients.json", resident, teller)
        teller.step("tamme", f"has {await samples.load(stage.city)} sample networks of agencies at hand")
        for act in ACTS:
            await act(stage)
    return stage


async def prove(stage: Stage, stores: Stores) -> bool:
    """Look into every store: one client row, four cases, no copy of the person anywhere else."""
    tell = stage.teller
    tell.act("The proof")
    counted = await stores.count(stage.client_id)
    finding = await single_copy.look(stores, needles_of(stage.resident))
    tell.proof(f"client rows: {counted.clients}, cases: {counted.cases}, by {counted.agencies} agencies")
    tell.proof(f"stores looked through: {finding.stores}; copies of the person elsewhere: {len(finding.leaks)}")
    for leak in finding.leaks:
        tell.line(f"     {leak}")
    return counted.clients == 1 and counted.cases == 4 and not finding.leaks


def main(
    gateway: Annotated[str, typer.Option(help="The gateway's address.")],
    state: Annotated[Path, typer.Option(help="The sandbox's folder with the agencies' secrets.")],
) -> None:
    """Play the main scenario on a sandbox that is up, and prove what it shows."""
    teller = Teller(Console(soft_wrap=True))
    try:
        proven = asyncio.run(_played(gateway, state, teller))
    except (Unexpected, httpx.HTTPError, TimeoutError) as error:
        teller.line(f"[red]The scenario stopped: {type(error).__name__}: {error}[/]")
        sys.exit(1)
    sys.exit(0 if proven else 1)


async def _played(gateway: str, state: Path, teller: Teller) -> bool:
    stage = await play(gateway, state, Resident.invented(), teller)
    return await prove(stage, Stores.of(state.parent))


if __name__ == "__main__":
    typer.run(main)
