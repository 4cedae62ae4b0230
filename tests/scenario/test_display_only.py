"""What an outside register said is shown, and then found nowhere: in no table, stream, log or file."""

from deploy.proofs.needles import Needle
from deploy.proofs.single_copy import look
from shared.db.base import Holds
from tests.support.front_door import FrontDoor, Officer
from tests.support.system import LiveSystem, settled


async def test_nothing_of_a_look_up_is_found_after_the_answer(
    system: LiveSystem, door: FrontDoor, city: Officer
) -> None:
    client = await city.registers()
    await city.opens_case(client["id"])
    http = door.http("tamme")
    said = {"Sidus-Purpose": "subsistence-benefit", "Idempotency-Key": f"look-up-{client['id']}"}

    answers = [await http.post(f"/api/v1/clients/{client['id']}/register/address", headers=said) for _ in range(2)]
    await settled(system)

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].headers["cache-control"] == "no-store"
    address = Needle(Holds.ADDRESS, answers[0].json()["address"])
    finding = await look(system.stores, [address])
    assert (finding.leaks, dict(finding.at_home)) == ([], {})


async def test_a_value_that_was_kept_would_be_found(system: LiveSystem, door: FrontDoor, city: Officer) -> None:
    client = await city.registers()
    await city.opens_case(client["id"])
    http = door.http("tamme")
    said = {"Sidus-Purpose": "subsistence-benefit"}
    answer = await http.post(f"/api/v1/clients/{client['id']}/register/address", headers=said)
    address = answer.json()["address"]

    await city.changes(await city.reads(client["id"]), contact={"registered_address": address})

    finding = await look(system.stores, [Needle(Holds.ADDRESS, address)])
    assert finding.at_home[Holds.ADDRESS] == 1
