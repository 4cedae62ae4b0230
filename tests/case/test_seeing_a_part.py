"""Who is let into one part of a record finds it: the whole is there, and every other part is withheld."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from shared.actor import Role
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told, version_of
from tests.support.people import form_a
from tests.support.registrar import Registrar

PIECES = {
    "identity": ["identity"],
    "contact": ["contact"],
    "social": ["relations", "social"],
    "health": ["health"],
    "needs": ["earlier_assessments"],
}
NOTHING: dict[str, list[Any]] = {"relations": [], "earlier_assessments": []}

Opened = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def opened(city: Agency, board: Agency, today: date) -> Opened:
    """Somebody of whom the board, which has no case, may by the client's consent see the categories named."""

    async def client(*categories: str) -> dict[str, Any]:
        registered = await city.registers()
        await city.opens_case(registered["id"])
        await city.records_consent(registered["id"], to=board.code, categories=categories, signed=today)
        return registered

    return client


@pytest.mark.parametrize("category", PIECES)
async def test_a_consent_to_one_part_opens_the_record_and_that_part_of_it(
    opened: Opened, board: Agency, category: str
) -> None:
    client = await opened(category)
    seen = await board.reads(client["id"])
    every = {piece for pieces in PIECES.values() for piece in pieces}
    hidden = sorted(every - set(PIECES[category]))
    assert {piece: seen[piece] for piece in PIECES[category]} == {piece: client[piece] for piece in PIECES[category]}
    assert {piece: seen[piece] for piece in hidden} == {piece: NOTHING.get(piece) for piece in hidden}
    assert seen["withheld"] == hidden


@pytest.mark.parametrize("category", PIECES)
async def test_a_look_at_a_part_is_logged_under_that_part_and_its_ground(
    opened: Opened, callers: Callers, board: Agency, category: str
) -> None:
    client = await opened(category)
    await board.reads(client["id"])
    log = await callers.person(client["id"]).who_looked(client["id"])
    looks = [(one["action"], one["ground"], one["categories"]) for one in log if one["agency"] == board.code]
    assert looks == [("read", "consent", [category])]


@pytest.mark.parametrize("category", ["case", "plan", "journal", "risk", "network", "feedback"])
async def test_what_is_no_part_of_the_record_opens_none_of_it(opened: Opened, board: Agency, category: str) -> None:
    client = await opened(category)
    assert (await told(board.reads(client["id"]), 404)).code == "client-not-found"


async def test_a_part_that_a_third_agency_added_is_found_too(
    city: Agency, fund: Agency, board: Agency, today: date
) -> None:
    client = await city.registers(form_a(earlier_assessments=[]))
    await fund.opens_case(client["id"])
    await fund.adds(client, "earlier-assessments", kind="care_need", note="Seen by the fund.")
    await fund.records_consent(client["id"], to=board.code, categories=("needs",), signed=today)
    seen = await board.reads(client["id"])
    assert [made["note"] for made in seen["earlier_assessments"]] == ["Seen by the fund."]
    assert seen["identity"] is None


async def test_lists_of_what_hangs_on_the_record_agree_with_it(opened: Opened, board: Agency) -> None:
    client = await opened("health")
    path = f"/clients/{client['id']}"
    for withheld in ("identifiers", "relations", "earlier-assessments", "history"):
        refused = await told(board.asks(f"{path}/{withheld}", field="/contact/phone"), 403)
        assert (withheld, refused.code) == (withheld, "no-ground")
    for empty in ("inverse-relations", "external-ids"):
        assert (await board.asks(f"{path}/{empty}"))["items"] == []
    assert await board.agencies_with(client["id"]) == {}
    assert {pointer.split("/")[1] for pointer in await board.sources_of(client["id"])} == {"health"}
    assert [one["value"] for one in await board.history_of(client["id"], "/health/insured")] == [True]


async def test_the_parts_of_a_list_agree_with_the_record(opened: Opened, board: Agency) -> None:
    client = await opened("needs")
    listed = await board.asks(f"/clients/{client['id']}/earlier-assessments")
    assert [made["id"] for made in listed["items"]] == [client["earlier_assessments"][0]["id"]]


async def test_an_export_holds_the_part_and_names_what_is_withheld(
    opened: Opened, callers: Callers, board: Agency
) -> None:
    client = await opened("health")
    registrar = Registrar(callers.agency(board.code, Role.REGISTRAR).http, board.code)
    (line,) = [
        one for one in map(json.loads, (await registrar.exports()).splitlines()) if one["client_id"] == client["id"]
    ]
    assert line["health"]["disability_degree"] == client["health"]["disability_degree"]
    assert line.keys() == {"client_id", "registered_by", "health", "withheld", "external_ids"}


async def test_a_part_that_may_be_read_is_not_thereby_to_be_changed(opened: Opened, board: Agency) -> None:
    client = await opened("health")
    health = {"health": {"insured": False}}
    assert (await told(board.changes(client, **health), 409)).unmet == ["client.for-reading-only"]
    contact = {"contact": {"phone": "+372 600 1111"}}
    assert (await told(board.changes(client, **contact), 409)).unmet == ["client.section-withheld"]
    code = {"kind": "foreign_code", "country": "LV", "value": new_id().hex}
    adding = board.sends(f"/clients/{client['id']}/identifiers", code, If_Match=version_of(client))
    assert (await told(adding, 409)).unmet == ["client.for-reading-only"]


async def test_a_request_to_put_right_what_is_withheld_names_the_section(opened: Opened, board: Agency) -> None:
    client = await opened("health")
    refused = await told(board.asks_to_put_right(client["id"], "contact", phone="+372 600 1111"), 409)
    (lacking,) = refused.document["unmet"]
    assert (lacking["code"], lacking["pointer"]) == ("client.section-withheld", "/section")


async def test_whose_identity_is_withheld_is_merged_with_nobody_and_taken_over_by_no_system(
    opened: Opened, callers: Callers, board: Agency
) -> None:
    client = await opened("health")
    registrar = callers.agency(board.code, Role.REGISTRAR)
    other = await board.registers()
    assert (await told(registrar.compares(other, client), 409)).unmet == ["merge.not-visible"]
    known = form_a(identity=form_a()["identity"] | {"personal_code": client["identity"]["personal_code"]})
    upsert = {"external_id": {"system": "star", "value": new_id().hex}, "record": known}
    assert (await told(board.sends("/clients/upsert", upsert), 409)).code == "client-exists"


async def test_an_answer_given_again_is_logged_under_the_part_that_let_in(
    opened: Opened, callers: Callers, city: Agency, probation: Agency, today: date
) -> None:
    client = await opened("health")
    await city.records_consent(client["id"], to=probation.code, categories=("health",), signed=today)
    claim = {"kind": "life_health_client", "categories": ["contact"], "reason": "Threatens to harm themself."}
    key = new_id().hex
    first, again = [
        await probation.sends(f"/clients/{client['id']}/danger-claims", claim, Idempotency_Key=key) for _ in range(2)
    ]
    assert first == again
    log = await callers.person(client["id"]).who_looked(client["id"])
    reads = [one for one in log if (one["agency"], one["action"]) == (probation.code, "read")]
    let_in = [one["categories"] for one in reads if one["ground"] != "own"]
    assert let_in == [["health"], ["health"]]
