"""Four agencies at the front door of the whole system."""

from datetime import date

import pytest

from tests.support.front_door import FrontDoor, Officer


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
