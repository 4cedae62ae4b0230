"""What was on its way while a person was erased brings nothing back, in whatever order it arrives."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from shared.actor import Actor, Role
from tests.merging.world import SERVICES, World
from tests.support.caller import told

UNLAWFUL = {"reason": "unlawful", "legal_code": "IKS-15"}
ACCOUNTS = {"access_log", "erasure_order", "erased_client"}
"""Tables that name an erased client for as long as what was done is accounted for."""


class Peers:
    """The other services, as the case service asks them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def call(self, peer: str, method: str, path: str, *, request_id: str, purpose: str, body: Any = None) -> Any:
        actor = Actor.service("case", request_id, purpose)
        async with self._world.running[peer].calls(actor, caller="case") as http:
            answer = await http.request(method, path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def peers(world: World) -> None:
    runtime = world.running["case"].runtime
    runtime.around = replace(runtime.around, peers=Peers(world))  # type: ignore[arg-type]
    for consumer in runtime.consumers.values():
        consumer._around = replace(consumer._around, peers=Peers(world))  # type: ignore[arg-type]


async def left_of(world: World, client_id: str) -> dict[tuple[str, str], int]:
    """How many rows of each table of each service name a client."""
    found = {}
    for service in SERVICES:
        columns = "SELECT table_name FROM information_schema.columns WHERE column_name = 'client_id'"
        for (table,) in await world.asked(service, columns):
            query = f'SELECT count(*) FROM "{table}" WHERE client_id = CAST(:id AS uuid)'  # noqa: S608
            ((found[service, table],),) = await world.asked(service, query, id=client_id)
    return {place: rows for place, rows in found.items() if rows and place[1] not in ACCOUNTS}


async def known_everywhere(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    """A client of whom every service is told something that it has not heard yet, and the case."""
    city = world.officer("tamme")
    now = world.running["case"].runtime.clock.now()
    client = await city.registers()
    case = await city.opens_case(client["id"])
    await city.assesses(client["id"])
    await city.decides_at_meeting(case, now.date(), "tamme", "Mend the roof.")
    await city.notes_contact(case, now.isoformat())
    await city.records_consent(client["id"], to="unemployment-fund", signed=now.date())
    return client, case


async def case_ended(world: World, client: dict[str, Any]) -> None:
    async with world.running["case"].work() as work:
        close = text("UPDATE \"case\" SET closed_at = '2020-01-01Z' WHERE client_id = CAST(:id AS uuid)")
        await work.execute(close.bindparams(id=client["id"]))
        await work.commit()


@pytest.mark.usefixtures("peers")
@pytest.mark.parametrize("seed", range(3))
async def test_no_event_brings_anything_of_an_erased_client_back(world: World, seed: int) -> None:
    dice = Random(seed)
    client, _ = await known_everywhere(world)
    await world.delivers(dice, most=dice.randrange(12))
    await case_ended(world, client)
    officer = world.officer("tamme", Role.DATA_PROTECTION_OFFICER)

    order = await officer.orders_erasure(client["id"], **UNLAWFUL)
    await world.delivers(dice)

    assert await left_of(world, client["id"]) == {}
    assert (await officer.asks(f"/erasures/{order['id']}"))["completed_at"] is not None


@pytest.mark.usefixtures("peers")
@pytest.mark.parametrize("seed", range(2))
async def test_a_merge_on_its_way_is_followed_before_the_erasure_and_one_undone_parts_the_records_first(
    world: World, seed: int
) -> None:
    dice = Random(seed)
    city, registrar = world.officer("tamme"), world.officer("tamme", Role.REGISTRAR)
    officer = world.officer("tamme", Role.DATA_PROTECTION_OFFICER)
    client, twin, other = [await city.registers() for _ in range(3)]
    for one in (client, twin, other):
        await city.assesses(one["id"])
    await world.delivers(dice)
    parting = await registrar.merges(other, into=client)
    await world.delivers(dice)
    await registrar.undoes(parting)
    await registrar.merges(twin, into=client)
    await officer.orders_erasure(client["id"], **UNLAWFUL)

    await world.delivers(dice)

    assert [await left_of(world, one["id"]) for one in (client, twin)] == [{}, {}]
    assert len(await city.finds_assessments(other["id"])) == 1
    await city.assesses(other["id"])


@pytest.mark.usefixtures("peers")
async def test_every_service_refuses_what_is_written_about_an_erased_client(world: World) -> None:
    client, case = await known_everywhere(world)
    city, stranger = world.officer("tamme"), world.officer("probation")
    await world.delivers(Random(1))
    await case_ended(world, client)
    await world.officer("tamme", Role.DATA_PROTECTION_OFFICER).orders_erasure(client["id"], **UNLAWFUL)
    await world.delivers(Random(1))
    today = world.running["case"].runtime.clock.today()

    for write in (city.assesses(client["id"]), city.decides_at_meeting(case, today, "tamme", "Mend the roof.")):
        assert (await told(write, 410)).unmet == ["client.erased"]
    for write in (stranger.assesses(client["id"]), stranger.decides_at_meeting(case, today, "tamme", "Mend the roof.")):
        await told(write, 404)
    assert await left_of(world, client["id"]) == {}
