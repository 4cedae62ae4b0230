"""Data given to somebody outside are on record: to whom, which, on which ground, why; the person sees it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.case.disclosures import rules
from services.case.disclosures.rules import Agreement, Given, Outward
from services.case.profiles.rules import DisclosureGround
from shared.access.categories import Category
from shared.rules import Unmet
from tests.case.conftest import Callers
from tests.case.unmet import codes
from tests.support.agencies import Agency
from tests.support.caller import told

TODAY = date(2026, 3, 2)
GIVEN = Given(frozenset({Category.NEEDS, Category.HEALTH}), "case-management", TODAY)
AGREEMENT = Agreement(
    signed_on=TODAY - timedelta(days=10),
    categories=frozenset({Category.NEEDS, Category.HEALTH, Category.PLAN}),
    purpose="case-management",
    valid_from=TODAY - timedelta(days=10),
    valid_until=TODAY + timedelta(days=10),
    withdrawn_on=None,
)


def passing_on(client: dict[str, Any], on: date, *categories: str, **more: Any) -> dict[str, Any]:
    """That data were given on the ground of consent, for the purpose of the usual agreement."""
    given = {"client_id": client["id"], "ground": "consent", "on": on, "purpose": "case-management"}
    return given | {"categories": list(categories)} | more


@pytest.mark.parametrize(
    ("ground", "change", "lacking"),
    [
        (DisclosureGround.CRIME, {}, []),
        (DisclosureGround.CRIME, {"outward": None}, ["disclosure.ground-not-in-profile"]),
        (DisclosureGround.CRIME, {"outward": Outward(needs_legal_code=True)}, ["disclosure.legal-code-missing"]),
        (DisclosureGround.CRIME, {"outward": Outward(needs_legal_code=True), "legal_code": "KrMS-1"}, []),
        (DisclosureGround.CRIME, {"disclosed_on": TODAY + timedelta(days=1)}, ["disclosure.in-the-future"]),
    ],
)
def test_conditions_of_a_disclosure(ground: DisclosureGround, change: dict[str, Any], lacking: list[str]) -> None:
    usual: dict[str, Any] = {
        "outward": Outward(needs_legal_code=False),
        "legal_code": None,
        "disclosed_on": TODAY,
        "today": TODAY,
    }
    facts = usual | change
    assert codes(rules.unmet(ground, facts.pop("outward"), **facts)) == lacking


@pytest.mark.parametrize(
    ("change", "lacking"),
    [
        ({}, []),
        ({"valid_from": TODAY, "valid_until": TODAY, "signed_on": TODAY}, []),
        (
            {"signed_on": TODAY + timedelta(days=1)},
            [Unmet("disclosure.agreement-not-signed-yet", "/disclosed_on")],
        ),
        (
            {"valid_from": TODAY + timedelta(days=1)},
            [Unmet("disclosure.agreement-not-in-force", "/disclosed_on")],
        ),
        (
            {"valid_until": TODAY - timedelta(days=1)},
            [Unmet("disclosure.agreement-not-in-force", "/disclosed_on")],
        ),
        ({"withdrawn_on": TODAY}, [Unmet("disclosure.agreement-withdrawn", "/disclosed_on")]),
        ({"withdrawn_on": TODAY + timedelta(days=1)}, []),
        ({"categories": frozenset({Category.NEEDS})}, [Unmet("disclosure.category-not-agreed", "/categories")]),
        ({"purpose": "research"}, [Unmet("disclosure.purpose-not-agreed", "/purpose")]),
    ],
)
def test_what_an_agreement_lacks_to_let_data_out(change: dict[str, Any], lacking: list[Unmet]) -> None:
    assert rules.agreement_unmet(replace(AGREEMENT, **change), GIVEN) == lacking


def test_of_several_agreements_the_nearest_is_weighed() -> None:
    fits, narrower = UUID(int=1), UUID(int=2)
    over = replace(AGREEMENT, categories=frozenset({Category.PLAN}), valid_until=TODAY - timedelta(days=1))
    narrow = replace(AGREEMENT, categories=frozenset({Category.NEEDS}))
    assert rules.agreed({narrower: narrow, fits: AGREEMENT}, GIVEN) == (fits, [])
    assert rules.agreed({fits: over, narrower: narrow}, GIVEN)[0] == narrower
    assert rules.agreed({}, GIVEN) == (None, [Unmet("disclosure.agreement-missing", "/ground")])


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


async def test_an_agreement_that_covers_them_lets_data_out_and_is_named(
    city: Agency, client: dict[str, Any], today: date
) -> None:
    await city.offers_consent(client["id"], to="unemployment-fund", categories=("health",), today=today)
    refused = await told(city.discloses(**passing_on(client, today, "health")), 409)
    assert refused.unmet == ["disclosure.agreement-missing"]
    agreement = await city.records_consent(
        client["id"], to="unemployment-fund", categories=("health", "needs"), signed=today
    )
    await city.records_consent(client["id"], to="social-insurance-board", categories=("needs",), signed=today)
    for named in ({}, {"consent_id": agreement["id"]}):
        given = await city.discloses(**passing_on(client, today, "health", **named))
        assert given["consent_id"] == agreement["id"]
    assert (await city.discloses(client["id"], "crime", today))["consent_id"] is None


async def test_an_agreement_that_does_not_cover_them_lets_no_data_out(
    city: Agency, client: dict[str, Any], today: date
) -> None:
    begins = today + timedelta(days=300)
    await city.records_consent(
        client["id"],
        to="unemployment-fund",
        signed=today,
        valid_from=begins.isoformat(),
        valid_until=(begins + timedelta(days=1)).isoformat(),
    )
    police = await told(city.discloses(**passing_on(client, today, "health", purpose="safety")), 409)
    assert police.unmet == [
        "disclosure.agreement-not-in-force",
        "disclosure.category-not-agreed",
        "disclosure.purpose-not-agreed",
    ]
    assert all(condition["source"] for condition in police.document["unmet"])
    long_ago = await told(city.discloses(**passing_on(client, date(1900, 1, 1), "needs")), 409)
    assert long_ago.unmet == ["disclosure.agreement-not-signed-yet", "disclosure.agreement-not-in-force"]


async def test_the_agreement_named_is_one_with_the_agency_itself(
    city: Agency, fund: Agency, client: dict[str, Any], today: date
) -> None:
    await city.records_consent(client["id"], to=fund.code, signed=today)
    other = await fund.records_consent(client["id"], to=city.code, signed=today)
    call = city.discloses(**passing_on(client, today, "needs", consent_id=other["id"]))
    assert (await told(call, 409)).unmet == ["disclosure.agreement-missing"]
    strange = city.discloses(client["id"], "crime", today, consent_id=other["id"])
    assert (await told(strange, 422)).code == "invalid"


@pytest.mark.usefixtures("followers")
async def test_a_disclosure_is_weighed_by_what_was_agreed_on_its_day(
    city: Agency, client: dict[str, Any], today: date
) -> None:
    yesterday = today - timedelta(days=1)
    agreement = await city.records_consent(
        client["id"], to="unemployment-fund", categories=("health", "needs"), signed=yesterday
    )
    await city.narrows(agreement, categories=["needs"])
    assert await city.discloses(**passing_on(client, yesterday, "health"))
    refused = await told(city.discloses(**passing_on(client, today, "health")), 409)
    assert refused.unmet == ["disclosure.category-not-agreed"]
    await city.withdraws(agreement)
    assert await city.discloses(**passing_on(client, yesterday, "needs"))
    refused = await told(city.discloses(**passing_on(client, today, "needs")), 409)
    assert refused.unmet == ["disclosure.agreement-withdrawn"]


async def test_what_was_given_is_not_in_the_future(city: Agency, client: dict[str, Any], today: date) -> None:
    await city.records_consent(client["id"], to="unemployment-fund", signed=today)
    call = city.discloses(**passing_on(client, today + timedelta(days=1), "needs"))
    assert (await told(call, 409)).unmet == ["disclosure.in-the-future"]


async def test_a_disclosure_of_an_invisible_record_is_not_there(
    board: Agency, client: dict[str, Any], today: date
) -> None:
    assert (await told(board.discloses(client["id"], "consent", today), 404)).code == "client-not-found"
