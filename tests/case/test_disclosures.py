"""Data given to somebody outside are on record: to whom, which, on which ground, why; the person sees it."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.case.disclosures import rules
from services.case.disclosures.rules import Outward
from services.case.profiles.rules import DisclosureGround
from tests.case.conftest import Callers
from tests.case.unmet import codes
from tests.support.agencies import Agency
from tests.support.caller import told

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("ground", "change", "lacking"),
    [
        (DisclosureGround.CRIME, {}, []),
        (DisclosureGround.CRIME, {"outward": None}, ["disclosure.ground-not-in-profile"]),
        (DisclosureGround.CRIME, {"outward": Outward(needs_legal_code=True)}, ["disclosure.legal-code-missing"]),
        (DisclosureGround.CRIME, {"outward": Outward(needs_legal_code=True), "legal_code": "KrMS-1"}, []),
        (DisclosureGround.CRIME, {"disclosed_on": TODAY + timedelta(days=1)}, ["disclosure.in-the-future"]),
        (DisclosureGround.CONSENT, {}, ["disclosure.agreement-missing"]),
        (DisclosureGround.CONSENT, {"has_agreement": True}, []),
    ],
)
def test_conditions_of_a_disclosure(ground: DisclosureGround, change: dict[str, Any], lacking: list[str]) -> None:
    usual: dict[str, Any] = {
        "outward": Outward(needs_legal_code=False),
        "legal_code": None,
        "has_agreement": False,
        "disclosed_on": TODAY,
        "today": TODAY,
    }
    facts = usual | change
    assert codes(rules.unmet(ground, facts.pop("outward"), **facts)) == lacking


async def test_a_disclosure_is_read_back_and_logged_by_its_categories(
    city: Agency, fund: Agency, callers: Callers, client: dict[str, Any], today: date
) -> None:
    made = await city.discloses(client["id"], "crime", today, legal_code="KrMS-195")
    path = f"/clients/{client['id']}/disclosures"
    person = callers.person(client["id"])
    for reader in (city, person):
        assert (await reader.asks(path))["items"] == [made]
        assert await reader.asks(f"{path}/{made['id']}") == made
    assert (await fund.asks(path))["items"] == []
    assert (await told(fund.asks(f"{path}/{made['id']}"), 404)).code == "disclosure-not-found"
    entries = [entry for entry in await person.who_looked(client["id"]) if entry["action"] == "disclose"]
    assert [(entry["categories"], entry["legal_code"]) for entry in entries] == [(["contact", "health"], "KrMS-195")]


@pytest.mark.parametrize(
    ("agency", "ground", "lacking"),
    [
        ("tamme", "crime", []),
        ("tamme", "life_health_other", []),
        ("tamme", "life_health_client", ["disclosure.ground-not-in-profile"]),
        ("unemployment-fund", "life_health_client", []),
        ("unemployment-fund", "life_health_other", ["disclosure.ground-not-in-profile"]),
        ("unemployment-fund", "crime", ["disclosure.ground-not-in-profile"]),
        ("tamme", "statute_or_court", ["disclosure.legal-code-missing"]),
        ("tamme", "consent", ["disclosure.agreement-missing"]),
    ],
)
async def test_each_profile_knows_its_own_grounds(
    callers: Callers, client: dict[str, Any], today: date, agency: str, ground: str, lacking: list[str]
) -> None:
    call = callers.agency(agency).discloses(client["id"], ground, today)
    if not lacking:
        assert await call
        return
    refused = await told(call, 409)
    assert (refused.code, refused.unmet) == ("disclosure-refused", lacking)
    assert all(condition["source"] for condition in refused.document["unmet"])


async def test_an_agreement_that_stands_lets_data_out(city: Agency, client: dict[str, Any], today: date) -> None:
    await city.offers_consent(client["id"], to="unemployment-fund", today=today)
    assert (await told(city.discloses(client["id"], "consent", today), 409)).code == "disclosure-refused"
    await city.records_consent(client["id"], to="unemployment-fund", signed=today)
    assert await city.discloses(client["id"], "consent", today)


async def test_a_disclosure_of_an_invisible_record_is_not_there(
    board: Agency, client: dict[str, Any], today: date
) -> None:
    assert (await told(board.discloses(client["id"], "consent", today), 404)).code == "client-not-found"
