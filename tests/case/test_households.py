"""Clients who live together: each in one household at a time, and nobody told of whom they may not see."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.ids import new_id
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told, version_of
from tests.support.people import form_a

SINCE = "2025-01-15"


def full_name(client: dict[str, Any]) -> str:
    """What a client is called."""
    return f"{client['identity']['first_name']} {client['identity']['last_name']}"


async def founded(agency: Agency, *clients: dict[str, Any], since: str = SINCE) -> dict[str, Any]:
    """A household of clients."""
    members = [{"client_id": client["id"], "since": since} for client in clients]
    return dict(await agency.sends("/households", {"members": members}))


async def joins(agency: Agency, household: dict[str, Any], client: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Another client lives in the household."""
    path = f"/households/{household['id']}/members"
    return dict(await agency.sends(path, {"client_id": client["id"], "since": SINCE}, **headers))


async def leaves(agency: Agency, household: dict[str, Any], client: dict[str, Any], until: date) -> dict[str, Any]:
    """A client no longer lives in the household."""
    (member,) = [one["id"] for one in household["members"] if one["client_id"] == client["id"] and not one["until"]]
    path = f"/households/{household['id']}/members/{member}/departure"
    return dict(await agency.sends(path, {"until": until.isoformat()}))


def living(household: dict[str, Any]) -> set[str]:
    """Who is told to live in the household now."""
    return {one["client_id"] for one in household["members"] if one["until"] is None}


async def test_clients_live_together_and_each_record_tells_with_whom(city: Agency) -> None:
    mother, child = await city.registers(form_a(relations=[])), await city.registers(form_a(relations=[]))
    household = await founded(city, mother, child)
    told_of = {(one["name"], one["since"], one["until"]) for one in household["members"]}
    assert told_of == {(full_name(client), SINCE, None) for client in (mother, child)}
    assert (household["others"], household["named"]) == (0, [])
    assert await city.asks(f"/clients/{child['id']}/household") == household
    (family,) = (await city.reads(child["id"]))["relations"]
    assert (family["kind"], family["name"], family["related_client_id"]) == (
        "cohabiting_family",
        full_name(mother),
        mother["id"],
    )
    assert family["household_id"] == household["id"]


async def test_family_that_are_no_clients_are_told_from_the_relations(city: Agency) -> None:
    client = await city.registers()
    household = await founded(city, client)
    (named,) = household["named"]
    relation = client["relations"][0]
    assert named == {
        "relation_id": relation["id"],
        "client_id": client["id"],
        "name": relation["name"],
        "relation": relation["relation"],
    }


async def test_a_client_joins_and_leaves_and_may_then_live_elsewhere(city: Agency, today: date) -> None:
    mother, child = await city.registers(), await city.registers()
    household = await joins(city, await founded(city, mother), child)
    assert living(household) == {mother["id"], child["id"]}
    assert household["version"] == 2
    refused = await told(founded(city, child), 409)
    assert (refused.code, refused.unmet) == ("household-refused", ["household.lives-in-another"])

    left = await leaves(city, household, child, today)
    assert living(left) == {mother["id"]}
    assert {one["client_id"]: one["until"] for one in left["members"]}[child["id"]] == today.isoformat()
    assert (await told(city.asks(f"/clients/{child['id']}/household"), 404)).code == "household-not-found"
    assert living(await founded(city, child)) == {child["id"]}


async def test_others_are_a_number_to_who_may_not_see_them(city: Agency, fund: Agency, today: date) -> None:
    mother, child = await city.registers(), await city.registers()
    household = await founded(city, mother, child)
    path = f"/households/{household['id']}"
    await city.opens_case(mother["id"])
    assert (await told(fund.asks(path), 404)).code == "household-not-found"
    await fund.opens_case(mother["id"])
    assert (await told(fund.asks(path), 404)).code == "household-not-found"
    await city.records_consent(mother["id"], to=fund.code, categories=("social",), signed=today)
    seen = await fund.asks(path)
    assert (living(seen), seen["others"]) == ({mother["id"]}, 1)
    assert {one["client_id"] for one in seen["named"]} == {mother["id"]}
    assert all(one["household_id"] is None for one in (await fund.reads(mother["id"]))["relations"])


async def test_a_relation_that_names_the_member_stands_for_the_household(city: Agency) -> None:
    mother = await city.registers(form_a(relations=[]))
    relation = {"kind": "cohabiting_family", "relation": "mother", "related_client_id": mother["id"]}
    child = await city.registers(form_a(relations=[relation]))
    await founded(city, mother, child)
    assert (await city.reads(child["id"]))["relations"] == child["relations"]


async def test_who_has_no_case_and_who_recorded_nothing_change_nothing(
    city: Agency, fund: Agency, board: Agency, today: date
) -> None:
    mother, child = await city.registers(), await city.registers()
    household = await founded(city, mother)
    await city.opens_case(mother["id"])
    await city.opens_case(child["id"])
    for client in (mother, child):
        await city.records_consent(client["id"], to=board.code, categories=("identity", "social"), signed=today)
    assert (await told(joins(board, household, child), 409)).unmet == ["client.no-open-case"]
    assert (await told(leaves(board, household, mother, today), 409)).unmet == ["client.for-reading-only"]
    assert (await told(founded(fund, child), 404)).code == "client-not-found"


async def test_days_that_cannot_be_are_refused(city: Agency, today: date) -> None:
    client = await city.registers()
    tomorrow = today + timedelta(days=1)
    refused = await told(founded(city, client, since=tomorrow.isoformat()), 409)
    assert refused.unmet == ["household.in-the-future"]
    household = await founded(city, client)
    assert (await told(leaves(city, household, client, tomorrow), 409)).unmet == ["household.in-the-future"]
    early = date.fromisoformat(SINCE) - timedelta(days=1)
    assert (await told(leaves(city, household, client, early), 409)).unmet == ["household.left-before-joining"]
    left = await leaves(city, household, client, today)
    path = f"/households/{household['id']}/members/{left['members'][0]['id']}/departure"
    assert (await told(city.sends(path, {"until": today.isoformat()}), 409)).unmet == ["household.left-already"]


async def test_a_household_in_an_older_version_is_not_changed(city: Agency) -> None:
    mother, child, aunt = [await city.registers() for _ in range(3)]
    household = await founded(city, mother)
    await joins(city, household, child, If_Match=version_of(household))
    assert (await told(joins(city, household, aunt, If_Match=version_of(household)), 412)).code == "stale-version"


@pytest.mark.parametrize("part", ["", "/members/0193a000-0000-7000-8000-000000000000/departure"])
async def test_what_is_not_there_is_not_found(city: Agency, part: str) -> None:
    household = await founded(city, await city.registers()) if part else {"id": str(new_id())}
    path = f"/households/{household['id']}{part}"
    call = city.sends(path, {"until": SINCE}) if part else city.asks(path)
    assert (await told(call, 404)).code == "household-not-found"


async def test_seeing_a_household_is_in_the_log_of_each_who_is_told(city: Agency, callers: Callers) -> None:
    mother, child = await city.registers(), await city.registers()
    await founded(city, mother, child)
    await city.asks(f"/clients/{child['id']}/household")
    newest = (await callers.person(mother["id"]).who_looked(mother["id"]))[0]
    assert (newest["operation"], newest["action"]) == ("read_household_of_client", "read")
    assert set(newest["categories"]) == {"identity", "social"}
