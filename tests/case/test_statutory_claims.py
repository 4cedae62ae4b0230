"""An officer rests on a legal code of the agency's profile, with a written reason, to see others' data."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.case.statutes import rules
from services.case.statutes.rules import Claim, Code
from shared.access.categories import Category
from shared.actor import Role
from tests.case.clocks import time_is_kept
from tests.case.conftest import Callers
from tests.case.unmet import codes
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.service import Running

CODE = "SHS-additional-data"
TODAY = date(2026, 3, 2)
OPENS = Code(frozenset({Category.HEALTH, Category.NEEDS}), client_told_beforehand=True)
CLAIM = Claim(frozenset({Category.HEALTH}), "unemployment-fund", "To decide on help.", TODAY)


def unmet(claim: Claim = CLAIM, code: Code | None = OPENS, **facts: Any) -> list[str]:
    """What keeps the code from opening what the municipality claims."""
    usual: dict[str, Any] = {"asking": "tamme", "has_case": True, "holder_known": True}
    usual |= {"kept_back": {Category.RISK}, "today": TODAY}
    return codes(rules.unmet(claim, code, **(usual | facts)))


@pytest.mark.parametrize(
    ("change", "facts", "lacking"),
    [
        ({}, {}, []),
        ({"holder": None}, {}, []),
        ({"categories": OPENS.categories}, {}, []),
        ({}, {"code": None}, ["statute.code-not-in-profile"]),
        ({"client_told_on": None}, {"code": None}, ["statute.code-not-in-profile"]),
        ({}, {"has_case": False}, ["statute.no-open-case"]),
        ({"reason": None}, {}, ["statute.reason-missing"]),
        ({"holder": "tamme"}, {}, ["statute.holder-is-claimant"]),
        ({"client_told_on": None}, {}, ["statute.client-not-told"]),
        ({"client_told_on": TODAY + timedelta(days=1)}, {}, ["statute.client-not-told"]),
        ({"client_told_on": None}, {"code": replace(OPENS, client_told_beforehand=False)}, []),
        ({"categories": frozenset({Category.PLAN})}, {}, ["statute.category-not-opened"]),
        ({}, {"kept_back": {Category.HEALTH}}, ["statute.category-closed"]),
        ({}, {"holder_known": False}, ["statute.holder-unknown"]),
    ],
)
def test_conditions_of_a_claim(change: dict[str, Any], facts: dict[str, Any], lacking: list[str]) -> None:
    assert unmet(replace(CLAIM, **change), **facts) == lacking


def test_each_condition_of_a_claim_points_at_its_field() -> None:
    wrong = Claim(frozenset({Category.PLAN, Category.RISK}), "tamme", None, None)
    facts: dict[str, Any] = {"asking": "tamme", "has_case": False, "holder_known": False}
    facts |= {"kept_back": {Category.RISK}, "today": TODAY}
    found = [*rules.unmet(CLAIM, None, **facts), *rules.unmet(wrong, OPENS, **facts)]
    assert {one.code: one.pointer for one in found} == {
        "statute.code-not-in-profile": "/legal_code",
        "statute.no-open-case": None,
        "statute.reason-missing": "/reason",
        "statute.holder-unknown": "/holder",
        "statute.holder-is-claimant": "/holder",
        "statute.client-not-told": "/client_told_on",
        "statute.category-not-opened": "/categories",
        "statute.category-closed": "/categories",
    }


async def test_a_claim_opens_what_the_code_says_and_is_logged_with_the_code(
    fund: Agency, city: Agency, callers: Callers, today: date
) -> None:
    client = await fund.registers()
    await city.opens_case(client["id"])
    assert (await city.reads(client["id"]))["health"] is None
    claimed = await city.claims_statute(client["id"], CODE, client_told_on=today.isoformat())
    assert claimed["categories"] == ["contact", "health", "identity", "needs", "social"]
    assert (await city.reads(client["id"]))["health"] == client["health"]
    entries = await callers.person(client["id"]).who_looked(client["id"])
    made = [entry for entry in entries if entry["operation"] == "claim_statute" and entry["action"] == "create"]
    assert [entry["legal_code"] for entry in made] == [CODE]
    seen = [entry for entry in entries if entry["ground"] == "statute"]
    assert [(entry["agency"], entry["legal_code"]) for entry in seen] == [("tamme", CODE)]
    assert "health" in seen[0]["categories"]


async def test_a_claim_on_one_holder_opens_no_others_rows(fund: Agency, city: Agency, today: date) -> None:
    client = await fund.registers()
    await city.opens_case(client["id"])
    told_on = today.isoformat()
    await city.claims_statute(
        client["id"], CODE, client_told_on=told_on, categories=["health"], holder="social-insurance-board"
    )
    assert (await city.reads(client["id"]))["health"] is None
    await city.claims_statute(client["id"], CODE, client_told_on=told_on, categories=["health"], holder=fund.code)
    assert (await city.reads(client["id"]))["health"] == client["health"]


@pytest.mark.parametrize(
    ("more", "lacking"),
    [
        ({"legal_code": "SHS-unheard-of"}, ["statute.code-not-in-profile"]),
        ({"reason": None}, ["statute.reason-missing"]),
        ({"client_told_on": None}, ["statute.client-not-told"]),
        ({"categories": ["plan"]}, ["statute.category-not-opened"]),
        ({"categories": ["risk"], "holder": "probation"}, ["statute.category-not-opened", "statute.category-closed"]),
        ({"legal_code": "SHS-residence-coordination", "holder": "probation"}, ["statute.category-closed"]),
        (
            {"legal_code": "SHS-residence-coordination", "holder": "nobody-knows"},
            ["statute.holder-unknown", "statute.category-closed"],
        ),
        ({"legal_code": "SHS-residence-coordination", "holder": "unemployment-fund"}, []),
    ],
)
async def test_a_claim_that_lacks_something_is_refused_with_what_it_lacks(
    city: Agency, client: dict[str, Any], today: date, more: dict[str, Any], lacking: list[str]
) -> None:
    call = city.claims_statute(client["id"], **({"legal_code": CODE, "client_told_on": today.isoformat()} | more))
    if not lacking:
        assert await call
        return
    refused = await told(call, 409)
    assert (refused.code, refused.unmet) == ("statutory-claim-refused", lacking)
    assert all(condition["source"] for condition in refused.document["unmet"])


async def test_an_agency_whose_profile_names_no_code_claims_nothing(fund: Agency, client: dict[str, Any]) -> None:
    refused = await told(fund.claims_statute(client["id"], CODE), 409)
    assert refused.unmet == ["statute.code-not-in-profile"]


async def test_a_claim_on_an_invisible_record_is_not_there(board: Agency, client: dict[str, Any]) -> None:
    assert (await told(board.claims_statute(client["id"], CODE), 404)).code == "client-not-found"


async def test_a_claim_ends_when_it_is_ended_and_by_itself(
    fund: Agency, city: Agency, case: Running, today: date
) -> None:
    client = await fund.registers()
    await city.opens_case(client["id"])
    first = await city.claims_statute(client["id"], CODE, client_told_on=today.isoformat())
    ended = await city.sends(f"/clients/{client['id']}/statutory-claims/{first['id']}/ending")
    assert ended["ended_at"]
    assert (await city.reads(client["id"]))["health"] is None
    await city.claims_statute(client["id"], CODE, client_told_on=today.isoformat())
    assert (await city.reads(client["id"]))["health"]
    await time_is_kept(case, timedelta(days=31))
    assert (await city.reads(client["id"]))["health"] is None


async def test_claims_are_seen_by_the_agency_and_by_the_person(
    fund: Agency, city: Agency, callers: Callers, client: dict[str, Any], today: date
) -> None:
    claimed = await city.claims_statute(client["id"], CODE, client_told_on=today.isoformat())
    path = f"/clients/{client['id']}/statutory-claims"
    for reader in (city, callers.agency("tamme", Role.SUPERVISOR), callers.person(client["id"])):
        assert (await reader.asks(path))["items"] == [claimed]
        assert await reader.asks(f"{path}/{claimed['id']}") == claimed
    assert (await fund.asks(path))["items"] == []
    assert (await told(fund.asks(f"{path}/{claimed['id']}"), 404)).code == "statutory-claim-not-found"
