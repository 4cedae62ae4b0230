"""Who sees how much of a record: the agency that registered, one with a case, one without, the person, a consent."""

from datetime import date

import pytest

from shared.actor import Role
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told, version_of
from tests.support.people import form_a


async def test_an_agency_with_a_case_sees_identity_and_contact_and_is_told_what_is_withheld(
    city: Agency, fund: Agency
) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    seen = await fund.reads(client["id"])
    assert seen["identity"] == client["identity"]
    assert seen["contact"] == client["contact"]
    assert (seen["social"], seen["health"]) == (None, None)
    assert (seen["relations"], seen["earlier_assessments"]) == ([], [])
    assert seen["withheld"] == ["earlier_assessments", "health", "relations", "social"]
    assert seen["missing"] == []


async def test_an_agency_without_a_case_finds_nothing(city: Agency, fund: Agency) -> None:
    client = await city.registers()
    assert (await told(fund.reads(client["id"]), 404)).code == "client-not-found"
    assert (await told(fund.agencies_with(client["id"]), 404)).code == "client-not-found"
    assert await fund.consents_of(client["id"]) == []


async def test_a_record_that_is_not_there_is_told_like_one_that_is_not_visible(city: Agency, fund: Agency) -> None:
    client = await city.registers()
    hidden = await told(fund.reads(client["id"]), 404)
    absent = await told(fund.reads("0193a000-0000-7000-8000-000000000000"), 404)
    assert hidden.document | {"request_id": ""} == absent.document | {"request_id": ""}


@pytest.mark.parametrize(
    ("category", "opened", "withheld"),
    [
        ("social", ["relations", "social"], ["earlier_assessments", "health"]),
        ("health", ["health"], ["earlier_assessments", "relations", "social"]),
        ("needs", ["earlier_assessments"], ["health", "relations", "social"]),
    ],
)
async def test_a_consent_opens_the_sections_of_its_category_and_no_others(
    city: Agency, fund: Agency, today: date, category: str, opened: list[str], withheld: list[str]
) -> None:
    client = await city.registers()
    await city.opens_case(client["id"])
    await fund.opens_case(client["id"])
    await city.records_consent(client["id"], to="unemployment-fund", categories=(category,), signed=today)
    seen = await fund.reads(client["id"])
    assert {section: seen[section] for section in opened} == {section: client[section] for section in opened}
    assert seen["withheld"] == withheld


async def test_what_a_grant_has_opened_since_is_sent_though_the_version_is_known(
    city: Agency, fund: Agency, today: date
) -> None:
    client = await city.registers()
    await city.opens_case(client["id"])
    await fund.opens_case(client["id"])
    path, known = f"/api/v1/clients/{client['id']}", {"If-None-Match": version_of(client)}
    assert (await fund.http.get(path, headers=known)).json()["health"] is None
    await city.records_consent(client["id"], to=fund.code, categories=("health",), signed=today)
    assert (await fund.http.get(path, headers=known)).json()["health"] == client["health"]


async def test_an_agency_that_registers_keeps_seeing_its_own_record_without_a_case(city: Agency) -> None:
    client = await city.registers()
    assert (await city.reads(client["id"]))["withheld"] == []


async def test_lists_that_are_empty_are_not_taken_for_withheld(city: Agency) -> None:
    client = await city.registers(form_a(relations=[], earlier_assessments=[]))
    assert (await city.reads(client["id"]))["withheld"] == []


@pytest.mark.parametrize("role", [Role.PERSON, Role.OPERATOR, Role.PUBLIC, Role.SERVICE])
async def test_the_record_is_for_officers(callers: Callers, city: Agency, role: Role) -> None:
    client = await city.registers()
    assert (await told(callers.agency("tamme", role).reads(client["id"]), 403)).code == "forbidden"
