"""Every read and change of a person's data stands in the access log, for the person and for who must watch."""

from datetime import date
from typing import Any

import pytest

from shared.actor import Role
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.people import form_a

ALL_SECTIONS = ["contact", "health", "identity", "needs", "social"]


@pytest.fixture
async def client(city: Agency) -> dict[str, Any]:
    """Somebody whom the municipality has registered."""
    return await city.registers()


async def newest(callers: Callers, client_id: str, entries: int = 1) -> list[tuple[str, str, str, str, list[str]]]:
    """The newest entries the person reads: agency, operation, action, ground, categories; sorted."""
    looked = await callers.person(client_id).who_looked(client_id)
    shown = ("agency", "operation", "action", "ground", "categories")
    return sorted(tuple(entry[name] for name in shown) for entry in looked[:entries])


async def test_registering_a_person_is_logged_with_every_category_written(
    callers: Callers, client: dict[str, Any]
) -> None:
    assert await newest(callers, client["id"], 9) == [("tamme", "register_client", "create", "own", ALL_SECTIONS)]


async def test_a_read_of_ones_own_record_is_logged(city: Agency, callers: Callers, client: dict[str, Any]) -> None:
    await city.reads(client["id"])
    assert await newest(callers, client["id"]) == [("tamme", "read_client", "read", "own", ALL_SECTIONS)]


async def test_a_read_is_logged_by_the_ground_each_category_was_seen_on(
    city: Agency, fund: Agency, callers: Callers, client: dict[str, Any], today: date
) -> None:
    await city.opens_case(client["id"])
    await fund.opens_case(client["id"])
    await city.records_consent(client["id"], to=fund.code, categories=("health",), signed=today)
    await fund.reads(client["id"])
    assert await newest(callers, client["id"], 2) == [
        (fund.code, "read_client", "read", "consent", ["health"]),
        (fund.code, "read_client", "read", "shared-record", ["contact", "identity"]),
    ]


async def test_a_change_is_logged_with_what_was_read_for_it(
    city: Agency, callers: Callers, client: dict[str, Any]
) -> None:
    await city.changes(client, contact={"phone": "+372 600 0000"})
    assert await newest(callers, client["id"], 2) == [
        ("tamme", "change_client", "change", "own", ["contact", "identity"]),
        ("tamme", "change_client", "read", "own", ALL_SECTIONS),
    ]


async def test_who_is_led_to_a_record_that_exists_is_logged(city: Agency, fund: Agency, callers: Callers) -> None:
    form = form_a()
    client = await city.registers(form)
    await told(fund.registers(form_a(identity=form["identity"])), 409)
    expected = [(fund.code, "register_client", "search", "existence", ["identity"])]
    assert await newest(callers, client["id"]) == expected


async def test_who_is_led_to_a_record_may_send_the_same_key_again(city: Agency, fund: Agency) -> None:
    form, key = form_a(), str(new_id())
    await city.registers(form)
    for _ in range(2):
        assert (await told(fund.registers(form, Idempotency_Key=key), 409)).code == "client-exists"


async def test_seeing_which_agencies_have_a_case_is_logged(
    city: Agency, fund: Agency, callers: Callers, client: dict[str, Any]
) -> None:
    await city.opens_case(client["id"])
    await fund.opens_case(client["id"])
    await fund.agencies_with(client["id"])
    entries = await newest(callers, client["id"], 3)
    assert (fund.code, "list_involved_agencies", "read", "existence", ["existence"]) in entries
    assert (fund.code, "list_involved_agencies", "read", "own", ["existence"]) in entries


async def test_listing_cases_is_logged_for_every_client_on_the_page(callers: Callers) -> None:
    town = callers.agency("listing-town")
    clients = [await town.registers() for _ in range(3)]
    for client in clients:
        await town.opens_case(client["id"])
    await town.asks("/cases")
    for client in clients:
        assert await newest(callers, client["id"]) == [("listing-town", "list_cases", "read", "own", ["case"])]


@pytest.mark.parametrize(
    ("step", "action", "category"),
    [("problem", "create", "case"), ("contact", "create", "journal"), ("task", "create", "plan")],
)
async def test_what_is_written_on_a_case_is_logged_by_its_category(
    city: Agency, callers: Callers, client: dict[str, Any], today: date, step: str, action: str, category: str
) -> None:
    case = await city.opens_case(client["id"])
    if step == "problem":
        await city.tells_problem(case)
    elif step == "contact":
        await city.notes_contact(case, "2026-01-05T10:00:00Z")
    else:
        await city.adds_task(case, today)
    looked = await callers.person(client["id"]).who_looked(client["id"])
    created = next(entry for entry in looked if entry["action"] == action)
    assert category in created["categories"]


async def test_an_entry_tells_who_looked_what_for_and_in_which_request(
    callers: Callers, client: dict[str, Any]
) -> None:
    case_id = str(new_id())
    officer = callers.agency(
        "tamme", officer="juhan.kask", purpose="needs-review", case=case_id, legal_code="SHS-29", request_id="r-1"
    )
    await officer.reads(client["id"])
    entry = (await callers.person(client["id"]).who_looked(client["id"]))[0]
    told_of = ("officer", "purpose", "case_id", "legal_code", "request_id", "service")
    assert tuple(entry[name] for name in told_of) == ("juhan.kask", "needs-review", case_id, "SHS-29", "r-1", "case")


async def test_a_read_that_finds_nothing_leaves_nothing(fund: Agency, callers: Callers, client: dict[str, Any]) -> None:
    await told(fund.reads(client["id"]), 404)
    assert [entry["agency"] for entry in await callers.person(client["id"]).who_looked(client["id"])] == ["tamme"]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER])
async def test_who_watches_sees_the_entries_of_their_own_agency(
    city: Agency, fund: Agency, callers: Callers, client: dict[str, Any], role: Role
) -> None:
    await fund.opens_case(client["id"])
    await fund.reads(client["id"])
    seen = await callers.agency(fund.code, role).who_looked(client["id"])
    assert {entry["agency"] for entry in seen} == {fund.code}
    assert {entry["agency"] for entry in await callers.person(client["id"]).who_looked(client["id"])} == {
        "tamme",
        fund.code,
    }


async def test_that_probation_looked_is_told_to_the_person_and_not_to_other_agencies(
    probation: Agency, callers: Callers, client: dict[str, Any]
) -> None:
    await probation.opens_case(client["id"])
    watched = await callers.agency("tamme", Role.SUPERVISOR).who_looked(client["id"])
    assert "probation" not in {entry["agency"] for entry in watched}
    assert "probation" in {entry["agency"] for entry in await callers.person(client["id"]).who_looked(client["id"])}


async def test_a_person_reads_their_own_log_only(city: Agency, callers: Callers, client: dict[str, Any]) -> None:
    other = callers.person((await city.registers())["id"])
    assert (await told(other.who_looked(client["id"]), 403)).code == "forbidden"


@pytest.mark.parametrize("role", [Role.CASE_MANAGER, Role.REGISTRAR, Role.OPERATOR])
async def test_the_log_is_not_for_every_officer(callers: Callers, client: dict[str, Any], role: Role) -> None:
    assert (await told(callers.agency("tamme", role).who_looked(client["id"]), 403)).code == "forbidden"


async def test_a_refusal_leaves_what_was_read_for_it_and_no_change(
    city: Agency, callers: Callers, client: dict[str, Any], today: date
) -> None:
    refused = await told(city.records_consent(client["id"], to="unemployment-fund", signed=today), 409)
    assert refused.unmet == ["consent.no-open-case"]
    assert await newest(callers, client["id"]) == [("tamme", "sign_consent", "read", "own", ALL_SECTIONS)]
