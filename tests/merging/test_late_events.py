"""What was on its way while records were merged or parted finds the record it belongs to."""

from random import Random
from typing import Any

from shared.actor import Role
from tests.merging.world import World

ORDER = Random(1)


async def contact_by(world: World, case: dict[str, Any]) -> None:
    """The municipality serves the client of a case."""
    await world.officer("tamme").notes_contact(case, world.running["case"].runtime.clock.now().isoformat())


async def asked_of(world: World) -> list[str]:
    """The clients whom feedback has decided on, the first first."""
    return [
        str(client) for (client,) in await world.asked("feedback", "SELECT client_id FROM survey_trigger ORDER BY id")
    ]


async def test_a_contact_told_before_the_merge_and_heard_after_it_is_the_survivors_until_they_part(
    world: World,
) -> None:
    city, registrar = world.officer("tamme"), world.officer("tamme", Role.REGISTRAR)
    anna, twin = await city.registers(), await city.registers()
    await contact_by(world, await city.opens_case(twin["id"]))
    known = await asked_of(world)
    merge = await registrar.merges(twin, into=anna)

    await world.delivers(ORDER)
    assert (await asked_of(world))[len(known) :] == [anna["id"]]

    await registrar.undoes(merge)
    await world.delivers(ORDER)
    assert (await asked_of(world))[len(known) :] == [twin["id"]]


async def test_a_contact_told_during_the_merge_and_heard_after_its_undoing_is_the_merged_persons(
    world: World,
) -> None:
    city, registrar = world.officer("tamme"), world.officer("tamme", Role.REGISTRAR)
    anna, twin = await city.registers(), await city.registers()
    case = await city.opens_case(twin["id"])
    await world.delivers(ORDER)
    known = await asked_of(world)
    merge = await registrar.merges(twin, into=anna)
    await world.delivers(ORDER)
    await contact_by(world, case)
    late, world.waiting = await world.on_their_way(), []
    await registrar.undoes(merge)
    await world.delivers(ORDER)

    world.waiting = late
    await world.delivers(ORDER)

    assert (await asked_of(world))[len(known) :] == [twin["id"]]


async def test_a_grant_that_arrives_after_the_merge_opens_the_survivor_and_closes_with_its_undoing(
    world: World,
) -> None:
    city, registrar = world.officer("tamme"), world.officer("tamme", Role.REGISTRAR)
    anna, twin = await city.registers(), await city.registers()
    await world.delivers(ORDER)
    today = world.running["case"].runtime.clock.today()
    await city.opens_case(twin["id"])
    await city.records_consent(twin["id"], to="unemployment-fund", signed=today)
    late, world.waiting = await world.on_their_way(), []
    merge = await registrar.merges(twin, into=anna)
    await world.delivers(ORDER)

    world.waiting = late
    await world.delivers(ORDER)
    assert await opened(world, anna) != []
    assert await opened(world, twin) == []

    await registrar.undoes(merge)
    await world.delivers(ORDER)
    assert await opened(world, anna) == []
    assert await opened(world, twin) != []


async def opened(world: World, client: dict[str, Any]) -> list[Any]:
    """The grants on a client that the assessment service knows."""
    query = "SELECT grantee, category FROM access_grant WHERE client_id = CAST(:client AS uuid)"
    return await world.asked("assessment", query, client=client["id"])
