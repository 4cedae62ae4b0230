"""A person asks for everything: all four services answer at once, and only for the person themself."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from shared import agencies
from shared.actor import THEMSELVES
from tests.support.caller import told
from tests.support.front_door import FrontDoor, Officer
from tests.support.people import form_a
from tests.support.system import LiveSystem, settled


@pytest.fixture
async def registered(city: Officer) -> dict[str, Any]:
    """Somebody of whom there is a record."""
    return await city.registers(form_a())


@pytest.fixture
async def case(city: Officer, registered: dict[str, Any]) -> dict[str, Any]:
    """Their case at the municipality."""
    return await city.opens_case(registered["id"])


@pytest.fixture
async def client(
    city: Officer, door: FrontDoor, system: LiveSystem, registered: dict[str, Any], case: dict[str, Any]
) -> dict[str, Any]:
    """A client of whom every service holds something."""
    today, client = await door.now(), registered
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


FREE = {
    ("case", "purpose"),
    ("consent", "purpose"),
    ("client_relation", "relation"),
    ("service_contact", "service"),
    ("survey_trigger", "service"),
    ("invitation", "service"),
}
"""Table and field -> what agencies say in words of their own, which may look like a code."""

NAMED = {THEMSELVES, *agencies.read(agencies.SANDBOX).names("et")}
"""Told by name."""

CODE = re.compile(r"[a-z]+([_-][a-z0-9]+)*")


def codes_without_words(part: dict[str, Any], words: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Values that look like codes and that nothing on paper would put in words."""
    told = words[part["table"]]
    for name, value in part["values"].items():
        known = told["fields"].keys() if name == "changed" else told["values"].get(name, {}).keys() | NAMED
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and CODE.fullmatch(one) and one not in known:
                yield part["table"], name
    for inner in part["parts"]:
        yield from codes_without_words(inner, words)


async def test_every_code_of_the_record_comes_with_its_words(
    door: FrontDoor, city: Officer, fund: Officer, client: dict[str, Any], case: dict[str, Any]
) -> None:
    await fund.opens_case(client["id"])
    await city.tells_problem(case)
    await city.decides(case, "single")
    await city.shares_needs(client, fund, (await door.now()).date())
    person = door.person(client["id"])
    await person.asks_to_put_right(client["id"], "contact", phone="+372 5555 0001")

    export = await person.asks(f"/clients/{client['id']}/export")

    wordless = {
        found
        for part in export["services"]
        for item in part["items"]
        for found in codes_without_words(item, part["words"])
    }
    assert wordless <= FREE
    decision = next(part["words"]["initial_decision"] for part in export["services"] if part["service"] == "case")
    assert decision["values"]["decision"] == {"single": "needs a single service or benefit"}
    assert decision["fields"]["performer"] == "Performer"


async def test_without_one_service_there_is_no_export_at_all(
    system: LiveSystem, door: FrontDoor, client: dict[str, Any]
) -> None:
    person = door.person(client["id"])
    await person.asks(f"/clients/{client['id']}/export")
    async with system.without("feedback"):
        refusal = await told(person.asks(f"/clients/{client['id']}/export"), 503)
    assert refusal.document["services"] == ["feedback"]
