"""The eleven sample networks of the handbook, loaded as networks of the sandbox."""

from pathlib import Path
from typing import Any

import yaml

from deploy.demo.caller import Caller
from deploy.demo.record import API

SAMPLES = Path(__file__).parents[2] / "services" / "network" / "networks" / "samples"


async def load(city: Caller) -> int:
    """Put every sample network where it is not yet; answers how many there are."""
    charters = [_read(file) for file in sorted(SAMPLES.glob("*.yaml"))]
    known = {network["code"] for network in (await city.get(f"{API}/networks", limit="100"))["items"]}
    for charter in charters:
        if charter["code"] not in known:
            await city.put(f"{API}/networks/{charter['code']}", charter, 201)
    return len(charters)


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))
