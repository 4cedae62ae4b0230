"""A section of the record is replaced by who has seen its newest version."""

import asyncio
from typing import Any

import pytest

from tests.support.agencies import Agency
from tests.support.caller import told, version_of


async def test_a_section_is_replaced_and_the_others_stay(city: Agency) -> None:
    client = await city.registers()
    contact = {"phone": "+372 600 0000", "email": "new@example.org"}
    changed = await city.changes(client, contact=contact)
    assert changed["contact"]["phone"] == "+372 600 0000"
    assert changed["contact"]["registered_address"] is None
    assert changed["version"] == client["version"] + 1
    assert changed["changed_at"] > client["changed_at"]
    assert changed["created_at"] == client["created_at"]
    same = ("identity", "social", "health", "relations", "earlier_assessments")
    assert {name: changed[name] for name in same} == {name: client[name] for name in same}
    assert await city.reads(client["id"]) == changed


async def test_a_change_without_a_version_is_not_made(city: Agency) -> None:
    client = await city.registers()
    call = city.sends(f"/clients/{client['id']}", {"contact": {}}, method="PATCH")
    assert (await told(call, 428)).code == "precondition-required"
    assert await city.reads(client["id"]) == client


async def test_a_change_of_an_older_version_is_refused_with_the_present_one(city: Agency) -> None:
    client = await city.registers()
    await city.changes(client, health={"insured": False})
    stale = await told(city.changes(client, health={"insured": True}), 412)
    assert (stale.code, stale.document["current_version"]) == ("stale-version", 2)
    assert (await city.reads(client["id"]))["health"]["insured"] is False


@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"contact": None},
        {"health": None, "contact": {}},
        {"identity": {"first_name": "Eve"}},
        {"contact": {"phone": "x"}},
    ],
)
async def test_a_change_with_a_mistake_is_refused(city: Agency, sections: dict[str, Any]) -> None:
    client = await city.registers()
    assert (await told(city.changes(client, **sections), 422)).code == "invalid"
    assert (await city.reads(client["id"]))["version"] == 1


async def test_an_agency_with_a_case_keeps_the_contact_up_to_date_for_all(city: Agency, fund: Agency) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    await fund.changes(client, contact={"phone": "+372 600 1111"})
    assert (await city.reads(client["id"]))["contact"]["phone"] == "+372 600 1111"


async def test_what_an_agency_may_not_see_it_may_not_change(city: Agency, fund: Agency, board: Agency) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    assert (await told(fund.changes(client, health={"insured": False}), 404)).code == "client-not-found"
    assert (await told(board.changes(client, contact={"phone": "+372 600 2222"}), 404)).code == "client-not-found"
    assert await city.reads(client["id"]) == client


async def test_two_changes_of_one_version_at_once_make_one_change(city: Agency) -> None:
    client = await city.registers()
    path, seen = f"/api/v1/clients/{client['id']}", {"If-Match": version_of(client)}
    bodies = [{"contact": {"phone": f"+372 600 000{n}"}} for n in range(2)]
    answers = await asyncio.gather(*(city.http.patch(path, json=body, headers=seen) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert (await city.reads(client["id"]))["version"] == 2
