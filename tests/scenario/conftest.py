"""Four agencies at the front door of the whole system."""

import asyncio
import json
from collections.abc import Iterator
from datetime import date

import pytest
from joserfc.jwk import ECKey

from tests.scenario.canary import CANARY, CODE, Sender
from tests.scenario.forge import Forge
from tests.support.front_door import FrontDoor, Officer
from tests.support.stored import logged_since, rows_in, sizes_of
from tests.support.system import LiveSystem, settled


@pytest.fixture
def city(door: FrontDoor) -> Officer:
    """A case manager of the municipality."""
    return door.officer("tamme")


@pytest.fixture
def fund(door: FrontDoor) -> Officer:
    """A case manager of the unemployment fund."""
    return door.officer("unemployment-fund")


@pytest.fixture
def board(door: FrontDoor) -> Officer:
    """A case manager of the social insurance board."""
    return door.officer("social-insurance-board")


@pytest.fixture
def probation(door: FrontDoor) -> Officer:
    """A probation officer."""
    return door.officer("probation")


@pytest.fixture
async def today(door: FrontDoor) -> date:
    """The day in the sandbox."""
    return (await door.now()).date()


@pytest.fixture(scope="module")
def nothing_is_left_behind(system: LiveSystem) -> Iterator[None]:
    """After the tests of a file no table has more or fewer rows, and no log knows of the canary."""
    asyncio.run(settled(system))
    rows, sizes = asyncio.run(rows_in(system.stores)), sizes_of(system.logs)
    yield
    assert asyncio.run(rows_in(system.stores)) == rows
    told = logged_since(sizes, system.logs)
    assert [line for line in told if CANARY in line or CODE in line] == []


@pytest.fixture
def sender(door: FrontDoor) -> Sender:
    """Somebody who sends what cannot be."""
    return Sender(nobody=door.http(), officer=door.http("tamme"))


@pytest.fixture
async def forge(system: LiveSystem, door: FrontDoor) -> Forge:
    """Whoever has stolen the sandbox's key."""
    key = ECKey.import_key(json.loads((system.data.sandbox / "issuer-key.json").read_text()))
    return Forge(key, system.url, await door.now())
