"""Two records of one person become one in every service, whatever is away or under way, and part again."""

import asyncio
from typing import Any

import pytest

from tests.network.forms import a_map
from tests.support.caller import Told, told
from tests.support.front_door import FrontDoor, Officer
from tests.support.people import form_a
from tests.support.system import LiveSystem
from tests.support.waiting import until

WRITERS, EACH = 3, 4


@pytest.fixture
def registrar(door: FrontDoor) -> Officer:
    """The municipality's registrar."""
    return door.officer("tamme", "registrar")


@pytest.fixture
async def twins(city: Officer) -> tuple[dict[str, Any], dict[str, Any]]:
    """A person's record, and the same person once more."""
    return await city.registers(form_a()), await city.registers(form_a())


async def carried_out(registrar: Officer, merge: dict[str, Any]) -> dict[str, Any]:
    """The merge, or its undoing, as soon as every service has acknowledged it."""

    def is_complete(seen: dict[str, Any]) -> bool:
        return bool((seen["reversal"] or seen)["complete"])

    return await until(lambda: registrar.reads_merge(merge), is_complete)


async def test_a_merge_is_carried_out_and_acknowledged_everywhere_and_so_is_its_undoing(
    registrar: Officer, city: Officer, twins: tuple[dict[str, Any], dict[str, Any]], door: FrontDoor
) -> None:
    anna, twin = twins
    case = await city.opens_case(twin["id"])
    made = await city.assesses(twin["id"])
    drawn = await city.sends("/maps", a_map(twin["id"]))
    await city.notes_contact(case, (await door.now()).isoformat())
    await until(lambda: city.decisions_on_surveys(case), bool)

    merge = await carried_out(registrar, await registrar.merges(twin, into=anna))

    assert {said["service"]: said["moved"] > 0 for said in merge["services"]} == dict.fromkeys(
        ("case", "assessment", "network", "feedback"), True
    )
    for asked in (anna["id"], twin["id"]):
        assert (await city.reads(asked))["id"] == anna["id"]
        assert [found["id"] for found in await city.finds_assessments(asked)] == [made["id"]]
        maps = (await city.asks("/maps", client_id=asked))["items"]
        assert [(found["id"], found["client_id"]) for found in maps] == [(drawn["id"], anna["id"])]
        assert [one["client_id"] for one in (await city.asks("/triggers", client_id=asked))["items"]] == [anna["id"]]
    later = await city.assesses(twin["id"])
    redrawn = await city.sends("/maps", a_map(twin["id"], supersedes=drawn["id"], drawn_on="2026-03-04"))

    undone = await carried_out(registrar, await registrar.undoes(merge))

    assert [found["id"] for found in await city.finds_assessments(twin["id"])] == [later["id"], made["id"]]
    assert (await told(city.finds_assessments(anna["id"]), 403)).code == "no-ground"
    of_twin = (await city.asks("/maps", client_id=twin["id"]))["items"]
    assert [found["id"] for found in of_twin] == [redrawn["id"], drawn["id"]]
    assert (await city.reads_case(case))["client_id"] == twin["id"]
    assert undone["reversal"]["stays"] == []


async def test_a_service_that_was_away_carries_a_merge_out_when_it_returns(
    system: LiveSystem, registrar: Officer, city: Officer, twins: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    anna, twin = twins
    drawn = await city.sends("/maps", a_map(twin["id"]))
    async with system.without("network"):
        merge = await registrar.merges(twin, into=anna)
        assert [said["service"] for said in merge["services"] if said["applied_at"] is None] == ["network"]

    await carried_out(registrar, merge)

    (found,) = (await city.asks("/maps", client_id=anna["id"]))["items"]
    assert (found["id"], found["client_id"]) == (drawn["id"], anna["id"])


async def test_a_service_killed_in_the_middle_carries_out_the_whole(
    system: LiveSystem, registrar: Officer, city: Officer, twins: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    anna, twin = twins
    made = [await city.assesses(twin["id"]) for _ in range(3)]

    merging = asyncio.create_task(registrar.merges(twin, into=anna))
    await system.kills("assessment")
    merge = await carried_out(registrar, await merging)

    async def seen() -> list[dict[str, Any]]:
        try:
            return await city.finds_assessments(anna["id"])
        except Told:
            return []

    found = await until(seen, lambda there: len(there) == len(made))
    assert {one["id"] for one in found} == {one["id"] for one in made}
    assert (await carried_out(registrar, merge))["complete"]


async def test_whoever_writes_while_records_are_merged_writes_to_the_survivor(
    system: LiveSystem, registrar: Officer, city: Officer, twins: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    anna, twin = twins
    begun = {"client_id": twin["id"], "instrument": "initial-mapping", "kind": "initial"}

    async def writes() -> list[str]:
        return [(await city.sends("/assessments", begun))["id"] for _ in range(EACH)]

    writing = asyncio.gather(*(writes() for _ in range(WRITERS)))
    merge = await registrar.merges(twin, into=anna)
    written = {made for one in await writing for made in one}
    await carried_out(registrar, merge)

    assert {found["id"] for found in await city.finds_assessments(anna["id"])} == written
    async with system.stores.database("assessment") as connection:
        assert await connection.fetchval("SELECT count(*) FROM assessment WHERE client_id = $1", twin["id"]) == 0
