"""Relations and earlier assessments are added, corrected and ended, and nothing of them is lost."""

from datetime import date
from typing import Any

import pytest

from shared.ids import new_id
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.people import form_a

FAMILY = {"kind": "cohabiting_family", "name": "Jaan Näide", "relation": "child"}
CARE = {"kind": "care_need", "made_on": "2025-03-01", "valid_until": "2027-03-01"}
PARTS = [("relations", FAMILY), ("earlier-assessments", CARE)]


def on(client: dict[str, Any], part: str) -> list[dict[str, Any]]:
    """What of a kind is on the record."""
    return list(client[part.replace("-", "_")])


async def listed(agency: Agency, client: dict[str, Any], part: str) -> list[dict[str, Any]]:
    """What of a kind is or was on the record."""
    return list((await agency.asks(f"/clients/{client['id']}/{part}"))["items"])


async def bare(agency: Agency) -> dict[str, Any]:
    """A record without relations and earlier assessments."""
    return await agency.registers(form_a(relations=[], earlier_assessments=[]))


@pytest.mark.parametrize(("part", "facts"), PARTS)
async def test_a_part_is_added_and_the_record_is_another_version(
    city: Agency, part: str, facts: dict[str, Any]
) -> None:
    client = await bare(city)
    changed = await city.adds(client, part, **facts)
    assert changed["version"] == client["version"] + 1
    assert [one | facts for one in on(changed, part)] == on(changed, part)
    assert await city.reads(client["id"]) == changed


@pytest.mark.parametrize(("part", "facts"), PARTS)
async def test_a_part_is_corrected_under_its_id_and_what_it_said_stays_as_history(
    city: Agency, part: str, facts: dict[str, Any]
) -> None:
    client = await city.adds(await bare(city), part, **facts)
    part_id = on(client, part)[0]["id"]
    changed = await city.corrects(client, part, part_id, **facts, note="As told by the client.")
    assert [(one["id"], one["note"]) for one in on(changed, part)] == [(part_id, "As told by the client.")]
    field = f"/{part.replace('-', '_')}/{part_id}/note"
    assert [one["value"] for one in await city.history_of(client["id"], field)] == ["As told by the client."]
    changed = await city.corrects(changed, part, part_id, **facts)
    assert [one["value"] for one in await city.history_of(client["id"], field)] == [None, "As told by the client."]


@pytest.mark.parametrize(("part", "facts"), PARTS)
async def test_the_same_again_makes_no_version(city: Agency, part: str, facts: dict[str, Any]) -> None:
    client = await city.adds(await bare(city), part, **facts)
    assert await city.corrects(client, part, on(client, part)[0]["id"], **facts) == client


@pytest.mark.parametrize(("part", "facts"), PARTS)
async def test_a_part_that_ended_is_off_the_record_and_in_the_list_with_who_ended_it(
    city: Agency, part: str, facts: dict[str, Any]
) -> None:
    client = await city.adds(await bare(city), part, **facts)
    part_id = on(client, part)[0]["id"]
    assert [one["ended"] for one in await listed(city, client, part)] == [None]
    changed = await city.ends(client, part, part_id, "wrong")
    assert on(changed, part) == []
    assert changed["version"] == client["version"] + 1
    assert await city.reads(client["id"]) == changed
    ended = (await listed(city, client, part))[0]
    assert (ended["id"], ended["ended"]["reason"], ended["ended"]["officer"]) == (part_id, "wrong", "tamme.officer")
    field = f"/{part.replace('-', '_')}/{part_id}/kind"
    assert [one["until"] for one in await city.history_of(client["id"], field)] == [ended["ended"]["at"]]
    assert (await told(city.ends(changed, part, part_id), 404)).code == "part-not-found"
    assert (await told(city.corrects(changed, part, part_id, **facts), 404)).code == "part-not-found"


async def test_a_part_is_changed_by_who_has_seen_the_newest_version(city: Agency) -> None:
    client = await city.adds(await bare(city), "relations", **FAMILY)
    relation = client["relations"][0]["id"]
    changed = await city.corrects(client, "relations", relation, **FAMILY | {"relation": "son"})
    for call in (
        city.corrects(client, "relations", relation, **FAMILY),
        city.adds(client, "relations", **FAMILY),
        city.ends(client, "relations", relation),
    ):
        assert (await told(call, 412)).document["current"] == changed
    path = f"/clients/{client['id']}/relations/{relation}"
    assert (await told(city.sends(path, FAMILY, method="PUT"), 428)).code == "precondition-required"


async def test_the_same_part_of_another_kind_or_record_is_not_found(city: Agency) -> None:
    client, other = await city.registers(), await city.registers()
    relation, assessment = client["relations"][0]["id"], client["earlier_assessments"][0]["id"]
    assert (await told(city.ends(client, "earlier-assessments", relation), 404)).code == "part-not-found"
    assert (await told(city.ends(client, "relations", assessment), 404)).code == "part-not-found"
    assert (await told(city.ends(other, "relations", relation), 404)).code == "part-not-found"


async def test_what_an_agency_with_a_case_adds_is_its_own(city: Agency, fund: Agency, today: date) -> None:
    client = await bare(city)
    await fund.opens_case(client["id"])
    changed = await fund.adds(client, "earlier-assessments", kind="unemployed_coping")
    assessment = changed["earlier_assessments"][0]["id"]
    assert (await city.reads(client["id"]))["earlier_assessments"] == []
    assert (await told(city.ends(changed, "earlier-assessments", assessment), 404)).code == "part-not-found"

    await fund.records_consent(client["id"], to=city.code, categories=("needs",), signed=today)
    assert (await city.reads(client["id"]))["earlier_assessments"] == changed["earlier_assessments"]
    refused = await told(city.ends(changed, "earlier-assessments", assessment), 409)
    assert (refused.code, refused.unmet) == ("change-refused", ["client.for-reading-only"])
    assert (await fund.ends(changed, "earlier-assessments", assessment))["earlier_assessments"] == []


async def test_who_only_reads_the_record_by_a_consent_adds_nothing(
    city: Agency, fund: Agency, board: Agency, today: date
) -> None:
    client = await city.registers()
    await city.opens_case(client["id"])
    await city.records_consent(client["id"], to=board.code, categories=("identity", "social"), signed=today)
    assert (await board.reads(client["id"]))["relations"] == client["relations"]
    refused = await told(board.adds(client, "relations", **FAMILY), 409)
    assert (refused.code, refused.unmet) == ("change-refused", ["client.no-open-case"])
    assert (await told(fund.adds(client, "relations", **FAMILY), 404)).code == "client-not-found"


async def test_a_related_client_is_named_in_full_only_where_their_record_is_visible(
    city: Agency, fund: Agency, today: date
) -> None:
    identity = {"first_name": "Mari", "last_name": "Tamm-Kask", "other_identifier": temporary()}
    mother = await fund.registers(form_a(identity=identity))
    relation = {"kind": "legal_representative", "basis": "parent", "relation": "mother"}
    child = await city.adds(await bare(city), "relations", related_client_id=mother["id"], **relation)
    masked = child["relations"][0]
    assert (masked["name"], masked["name_is_masked"]) == ("M. T. K.", True)
    await city.opens_case(mother["id"])
    shown = (await city.reads(child["id"]))["relations"][0]
    assert (shown["name"], shown["name_is_masked"]) == ("Mari Tamm-Kask", False)


async def test_seeing_the_name_of_a_related_client_is_in_that_clients_log(
    city: Agency, fund: Agency, callers: Callers
) -> None:
    mother, aunt = await city.registers(), await fund.registers()
    relations = [
        {"kind": "cohabiting_family", "relation": "relative", "related_client_id": one["id"]} for one in (mother, aunt)
    ]
    child = await city.registers(form_a(relations=relations))
    await city.reads(child["id"])
    seen = {
        (one["operation"], one["action"], one["ground"])
        for client in (mother, aunt)
        for one in await callers.person(client["id"]).who_looked(client["id"])
    }
    assert ("read_client", "read", "own") in seen
    assert ("read_client", "search", "existence") in seen


async def test_a_client_sees_on_whose_records_they_are_named(city: Agency, fund: Agency) -> None:
    mother = await city.registers()
    relation = {"kind": "legal_representative", "basis": "parent", "relation": "mother"}
    child = await city.registers(form_a(relations=[relation | {"related_client_id": mother["id"]}]))
    found = (await city.asks(f"/clients/{mother['id']}/inverse-relations"))["items"]
    name = f"{child['identity']['first_name']} {child['identity']['last_name']}"
    assert [(one["client_id"], one["name"], one["name_is_masked"]) for one in found] == [(child["id"], name, False)]
    assert found[0]["id"] == child["relations"][0]["id"]
    await fund.opens_case(mother["id"])
    assert (await fund.asks(f"/clients/{mother['id']}/inverse-relations"))["items"] == []
    await city.ends(child, "relations", child["relations"][0]["id"])
    assert (await city.asks(f"/clients/{mother['id']}/inverse-relations"))["items"] == []


async def test_a_relation_to_nobody_or_to_oneself_is_refused_at_its_place(city: Agency) -> None:
    client = await city.registers()
    for other in (str(new_id()), client["id"]):
        call = city.adds(client, "relations", kind="cohabiting_family", relation="self", related_client_id=other)
        assert (await told(call, 422)).pointers == ["/related_client_id"]
    stranger = {"kind": "cohabiting_family", "relation": "friend", "related_client_id": str(new_id())}
    call = city.registers(form_a(relations=[FAMILY, stranger]))
    assert (await told(call, 422)).pointers == ["/relations/1/related_client_id"]


def temporary() -> dict[str, str]:
    """A temporary number that an agency has given."""
    return {"kind": "temporary_number", "country": "EE", "value": f"T-{new_id()}"}
