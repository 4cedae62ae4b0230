"""What a person is told of who used their data, by Sidus and by the state's data tracker, and what the law hides."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from tests.support.caller import told
from tests.support.front_door import FrontDoor, Officer, StatePortal
from tests.support.people import form_a, personal_code
from tests.support.stored import logged_since, sizes_of
from tests.support.system import LiveSystem

HIDING = {"Sidus_Purpose": "supervision", "Sidus_Legal_Code": "AJ-prison-service"}


@pytest.fixture
def portal(door: FrontDoor) -> StatePortal:
    """The state's portal."""
    return door.state_portal()


@pytest.fixture
def code(system: LiveSystem) -> Iterator[str]:
    """The personal code of somebody, which no log may know in the end."""
    code, sizes = personal_code(), sizes_of(system.logs)
    yield code
    assert [line for line in logged_since(sizes, system.logs) if code in line] == []


async def registered(city: Officer, code: str) -> dict[str, Any]:
    """Somebody with this personal code."""
    return await city.registers(form_a(identity={"first_name": "Anna", "last_name": "Näidis", "personal_code": code}))


async def test_the_tracker_tells_who_used_the_data_in_every_service(
    portal: StatePortal, city: Officer, fund: Officer, code: str
) -> None:
    client = await registered(city, code)
    await city.assesses(client["id"])
    await fund.opens_case(client["id"])
    await fund.reads(client["id"])
    usage = await portal.finds_usage(code)

    moments = [use["logtime"] for use in usage["usages"]]
    assert moments == sorted(moments, reverse=True)
    assert usage["totalUsages"] == len(moments)
    assert {use["receiverCode"] for use in usage["usages"]} == {"tamme", "unemployment-fund"}
    assert {use["receiverSystem"] for use in usage["usages"]} == {
        "Sidus: Kliendikirje ja juhtumid",
        "Sidus: Hindamised",
    }


async def test_what_the_law_hides_is_shown_to_the_data_protection_officer_alone(
    portal: StatePortal, door: FrontDoor, city: Officer, probation: Officer, code: str
) -> None:
    client = await registered(city, code)
    opening = {"source": "court_or_prosecutor", "purpose": "case-management"}
    await probation.sends(f"/clients/{client['id']}/cases", opening, **HIDING)
    path = f"/clients/{client['id']}/access-log"
    listed = [
        await door.person(client["id"]).asks(path),
        await door.officer("probation", "supervisor").asks(path),
        await door.officer("tamme", "data_protection_officer").asks(path),
    ]
    assert "probation" not in {entry["agency"] for entry in chain.from_iterable(page["items"] for page in listed)}
    assert "probation" not in {use["receiverCode"] for use in (await portal.finds_usage(code))["usages"]}

    hidden = await door.officer("probation", "data_protection_officer").searches_log(hidden=True)
    entry = next(one for one in hidden if one["operation"] == "open_case")
    assert (entry["hidden_code"], entry["purpose"]) == ("AJ-prison-service", "supervision")
    assert entry["hidden_basis"] == "A body whose access may lawfully be hidden (prison service)"


async def test_who_acts_for_a_person_leaves_an_entry_with_them(
    portal: StatePortal, door: FrontDoor, city: Officer, code: str
) -> None:
    client = await registered(city, code)
    for asked_by in (code, personal_code()):
        await portal.finds_usage(code, asked_by=asked_by)
    looked = await door.person(client["id"]).who_looked(client["id"])
    by_portal = [(entry["officer"], entry["ground"]) for entry in looked if entry["agency"] == "state-portal"]
    assert by_portal == [("representative", "person")]


async def test_nobody_but_the_states_portal_may_ask_by_a_code(door: FrontDoor, code: str) -> None:
    for role in ("case_manager", "supervisor", "data_protection_officer"):
        officer = StatePortal(door.http("tamme", f"role:{role}"))
        assert (await told(officer.finds_usage(code), 403)).code == "forbidden"
