"""A person asks for everything: all four services answer at once, and only for the person themself."""

from typing import Any

import pytest

from tests.support.caller import told
from tests.support.front_door import FrontDoor, Officer
from tests.support.people import form_a
from tests.support.system import LiveSystem, settled


@pytest.fixture
async def client(city: Officer, door: FrontDoor, system: LiveSystem) -> dict[str, Any]:
    """A client of whom every service holds something."""
    today = await door.now()
    client = await city.registers(form_a())
    case = await city.opens_case(client["id"])
    await city.assesses(client["id"])
    await city.decides_at_meeting(case, today.date(), "tamme", "Mend the roof.")
    await city.notes_contact(case, today.isoformat())
    await settled(system)
    return client


async def test_the_person_gets_what_all_services_hold(door: FrontDoor, client: dict[str, Any]) -> None:
    export = await door.person(client["id"]).asks(f"/clients/{client['id']}/export")

    tables = {part["service"]: {item["table"] for item in part["items"]} for part in export["services"]}
    assert tables["case"] >= {"client", "client_identity", "case", "task"}
    assert tables["assessment"] == {
        "assessment",
        "assessed_area",
        "assessed_problem",
        "assessed_resource",
        "assessed_need",
    }
    assert tables["network"] == {"meeting", "decision"}
    assert tables["feedback"] >= {"survey_trigger"}
    log = await door.person(client["id"]).asks(f"/clients/{client['id']}/access-log")
    assert {one["service"] for one in log["items"] if one["operation"].endswith("_holdings")} == tables.keys()


async def test_the_officer_for_data_protection_gets_the_agencys_view(door: FrontDoor, client: dict[str, Any]) -> None:
    path = f"/clients/{client['id']}/export"
    export = await door.officer("tamme", "data_protection_officer").asks(path)

    assert {item["agency"] for part in export["services"] for item in part["items"]} == {"tamme"}
    await told(door.officer("probation", "data_protection_officer").asks(path), 404)
    await told(door.officer("tamme").asks(path), 403)


async def test_without_one_service_there_is_no_export_at_all(
    system: LiveSystem, door: FrontDoor, client: dict[str, Any]
) -> None:
    person = door.person(client["id"])
    await person.asks(f"/clients/{client['id']}/export")
    async with system.without("feedback"):
        refusal = await told(person.asks(f"/clients/{client['id']}/export"), 503)
    assert refusal.document["services"] == ["feedback"]
