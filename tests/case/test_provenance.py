"""Each field of the record tells where its value came from and what it was before."""

from datetime import date
from typing import Any

import pytest

from shared.ids import new_id
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.people import form_a, personal_code


async def changes_phone(agency: Agency, client: dict[str, Any], phone: str | None) -> dict[str, Any]:
    """Give the client another phone number."""
    return await agency.changes(client, contact=client["contact"] | {"phone": phone})


async def test_every_value_tells_who_gave_it_and_through_which_system(city: Agency, fund: Agency) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    await changes_phone(fund, client, "+372 600 4444")
    sources = await city.sources_of(client["id"])
    assert sources["/contact/phone"]["agency"] == "unemployment-fund"
    assert sources["/contact/phone"]["officer"] == "unemployment-fund.officer"
    assert sources["/contact/phone"]["system"] == "unemployment-fund"
    assert sources["/contact/email"]["agency"] == "tamme"
    assert sources["/contact/phone"]["at"] > sources["/contact/email"]["at"]
    relation = client["relations"][0]["id"]
    assert {
        "/identity/first_name",
        "/identity/date_of_birth",
        "/identity/personal_code",
        "/social/statuses",
        "/health/insured",
        f"/relations/{relation}/name",
    } <= sources.keys()


async def test_sources_are_shown_of_what_is_visible_only(city: Agency, fund: Agency, callers: Callers) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    assert {pointer.split("/")[1] for pointer in await fund.sources_of(client["id"])} == {"identity", "contact"}
    person = callers.person(client["id"])
    assert await person.sources_of(client["id"]) == await city.sources_of(client["id"])


async def test_a_field_tells_its_values_newest_first_each_from_when_until_when(city: Agency, fund: Agency) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    changed = await changes_phone(fund, client, "+372 600 4444")
    changed = await city.changes(changed, contact=changed["contact"] | {"bank": "Other bank"})
    await changes_phone(city, changed, None)
    cleared, given, first = await city.history_of(client["id"], "/contact/phone")
    assert [one["value"] for one in (cleared, given, first)] == [None, "+372 600 4444", client["contact"]["phone"]]
    assert [one["source"]["agency"] for one in (cleared, given, first)] == ["tamme", "unemployment-fund", "tamme"]
    assert [one["until"] for one in (cleared, given, first)] == [None, cleared["since"], given["since"]]


async def test_a_history_in_pages_is_the_history(city: Agency) -> None:
    client = changed = await city.registers()
    for number in range(4):
        changed = await changes_phone(city, changed, f"+372 600 000{number}")
    whole = await city.history_of(client["id"], "/contact/phone")
    path, paged, cursor = f"/clients/{client['id']}/history", [], None
    while True:
        page = await city.asks(path, field="/contact/phone", limit=2, **({"cursor": cursor} if cursor else {}))
        paged += page["items"]
        if (cursor := page["next"]) is None:
            break
    assert paged == whole
    assert len(whole) == 5


async def test_a_field_that_never_had_a_value_has_no_history(city: Agency) -> None:
    client = await city.registers(form_a(contact={}))
    assert await city.history_of(client["id"], "/contact/phone") == []


async def test_the_history_of_a_section_without_a_ground_is_refused(
    city: Agency, fund: Agency, today: date, callers: Callers
) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    assert (await told(fund.history_of(client["id"], "/health/insured"), 403)).code == "no-ground"
    await city.opens_case(client["id"])
    await city.records_consent(client["id"], to=fund.code, categories=("health",), signed=today)
    assert [one["value"] for one in await fund.history_of(client["id"], "/health/insured")] == [True]
    person = callers.person(client["id"])
    assert await person.history_of(client["id"], "/health/insured") == await city.history_of(
        client["id"], "/health/insured"
    )


async def test_neither_is_shown_of_a_record_that_is_not_visible(city: Agency, fund: Agency, callers: Callers) -> None:
    client, other = await city.registers(), await city.registers()
    for caller in (fund, callers.person(other["id"])):
        assert (await told(caller.sources_of(client["id"]), 404)).code == "client-not-found"
        assert (await told(caller.history_of(client["id"], "/contact/phone"), 404)).code == "client-not-found"


@pytest.mark.parametrize(
    "field",
    [
        "",
        "phone",
        "/contact",
        "/contact/fax",
        "/contact/id",
        "/contact/provenance",
        "/identity/last_name_key",
        "/relations/0/name",
        "/relations/01a212e8-5b58-737c-b127-b34d5168a66b/fax",
        "/contact/01a212e8-5b58-737c-b127-b34d5168a66b/phone",
        "/contact/phone/now",
    ],
)
async def test_a_field_that_is_none_is_refused(city: Agency, field: str) -> None:
    client = await city.registers()
    refused = await told(city.history_of(client["id"], field), 422)
    assert (refused.code, refused.pointers) == ("invalid", ["/query/field"])


CODES = {
    "foreign": {"kind": "foreign_code", "country": "LV"},
    "temporary": {"kind": "temporary_number", "country": "EE"},
}


def known_by(*kinds: str) -> dict[str, Any]:
    """A full form of somebody who is known by these."""
    identity = form_a()["identity"]
    if "personal" not in kinds:
        del identity["personal_code"]
    for kind in CODES.keys() & kinds:
        identity["other_identifier"] = CODES[kind] | {"value": f"X-{new_id()}"}
    return form_a(identity=identity)


@pytest.mark.parametrize("kinds", [("personal",), ("foreign",), ("temporary",), ("personal", "foreign")])
async def test_each_field_that_tells_its_source_tells_its_history_too(
    city: Agency, fund: Agency, callers: Callers, kinds: tuple[str, ...]
) -> None:
    client = await city.registers(known_by(*kinds))
    await fund.opens_case(client["id"])
    await changes_phone(fund, client, "+372 600 4444")
    for reader in (city, callers.person(client["id"])):
        sources = await reader.sources_of(client["id"])
        assert {f"/identity/{'personal_code' if kind == 'personal' else 'other_identifier'}" for kind in kinds} <= set(
            sources
        )
        for pointer, source in sources.items():
            newest = (await reader.history_of(client["id"], pointer))[0]
            assert (pointer, newest["source"], newest["until"]) == (pointer, source, None)


async def test_a_code_tells_what_was_there_before_it(city: Agency) -> None:
    client = await city.registers()
    before, code = client["identity"]["personal_code"], personal_code()
    known = (await city.asks(f"/clients/{client['id']}/identifiers"))["items"]
    await city.adds(client, "identifiers", kind="personal_code", value=code, replaces=known[0]["id"])
    present, former = await city.history_of(client["id"], "/identity/personal_code")
    assert (present["value"], present["until"]) == (code, None)
    assert (former["value"], former["until"]) == (before, present["since"])
    assert await city.history_of(client["id"], "/identity/other_identifier") == []


async def test_another_identifier_is_told_with_its_kind_and_country(city: Agency) -> None:
    client = await city.registers(known_by("foreign"))
    (only,) = await city.history_of(client["id"], "/identity/other_identifier")
    assert only["value"] == client["identity"]["other_identifier"]
