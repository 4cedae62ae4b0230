"""NATS is away, or comes back without its memory: writes go on, and every event has its one effect in the end."""

import shutil
from datetime import date
from typing import Any

from deploy.embedded.landscape import SERVICES
from deploy.proofs.deliveries import Deliveries
from deploy.proofs.stores import Stores
from tests.support.front_door import FrontDoor, Officer
from tests.support.system import LiveSystem, settled
from tests.support.waiting import until

GRANTS = "SELECT grantee, count(*) FROM access_grant WHERE client_id = $1 AND category = 'needs' GROUP BY grantee"


async def test_without_nats_work_goes_on_and_its_effects_come_later(
    system: LiveSystem, door: FrontDoor, city: Officer, fund: Officer, today: date
) -> None:
    client = await city.registers()
    made = await city.assesses(client["id"])
    case, own = await fund.opens_case(client["id"]), await city.opens_case(client["id"])
    await settled(system)
    async with system.without("nats"):
        await city.shares_needs(client, fund, today)
        await city.notes_contact(own, (await door.now()).isoformat())
        await city.decides_at_meeting(own, today, fund.code, "Offer work practice.")
        async with Deliveries.of(system.stores) as deliveries:
            waiting = {consumer for consumer, _ in await deliveries.missing()}
        assert {"assessment-on-case", "feedback-on-case", "network-on-case", "case-on-network"} <= waiting
        assert await fund.tasks_of(case) == []

    await settled(system)
    assert [found["id"] for found in await fund.comes_to_see_assessments(client["id"])] == [made["id"]]
    assert [task["title"] for task in await fund.tasks_of(case)] == ["Offer work practice."]
    assert [found["outcome"] for found in await city.decisions_on_surveys(own)] == ["deferred"]


async def test_when_the_streams_are_lost_every_event_still_arrives_and_none_counts_twice(
    system: LiveSystem, city: Officer, fund: Officer, board: Officer, today: date
) -> None:
    client = await city.registers()
    made = await city.assesses(client["id"])
    case, own = await fund.opens_case(client["id"]), await city.opens_case(client["id"])
    await city.decides_at_meeting(own, today, fund.code, "Had its effect before.")
    await until(lambda: fund.tasks_of(case), bool)

    async with system.without("assessment"):
        consents = [await city.shares_needs(client, fund, today)]
        async with Deliveries.of(system.stores) as deliveries:
            await until(deliveries.unpublished, lambda number: number == 0)
        async with system.without("nats"):
            shutil.rmtree(system.data.root / "nats")
            consents.append(await city.shares_needs(client, board, today))
            await city.decides_at_meeting(own, today, fund.code, "Was decided meanwhile.")

    await settled(system)
    assert [task["title"] for task in await fund.tasks_of(case)] == ["Was decided meanwhile.", "Had its effect before."]
    assert await _grants(system.stores, client) == {service: {fund.code: 1, board.code: 1} for service in SERVICES}
    for officer in (fund, board):
        assert [found["id"] for found in await officer.comes_to_see_assessments(client["id"])] == [made["id"]]
    await city.withdraws(consents[0])
    await settled(system)
    assert await _grants(system.stores, client) == {service: {board.code: 1} for service in SERVICES}


async def _grants(stores: Stores, client: dict[str, Any]) -> dict[str, dict[str, int]]:
    """In each service, how many grants let each agency see the client's needs."""
    found: dict[str, dict[str, int]] = {}
    for service in SERVICES:
        async with stores.database(service) as connection:
            found[service] = dict(map(tuple, await connection.fetch(GRANTS, client["id"])))
    return found
