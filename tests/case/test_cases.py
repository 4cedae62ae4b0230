"""Each agency's own case on the shared record: opened once, known of as far as it may be, decided on once."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told, version_of

STRANGER = "0193a000-0000-7000-8000-000000000000"
AGREEMENT_MISSING = {
    "code": "decision.agreement-missing",
    "detail": "Case management waits for the client's cooperation agreement (sheet A2).",
    "source": "004 form A, 6.2 (L5907-5910)",
    "pointer": None,
}


def actions(case: dict[str, Any]) -> dict[str, list[str]]:
    """What may be done next on a case: for each action the codes that keep it from being done."""
    for action in case["allowed_actions"]:
        assert action["allowed"] == (not action["unmet"])
    return {action["action"]: [lack["code"] for lack in action["unmet"]] for action in case["allowed_actions"]}


async def test_a_case_is_opened_and_read_back(city: Agency) -> None:
    client = await city.registers()
    case = await city.opens_case(client["id"], source="noticer", voluntary=False, coordinator="juhan.kask")
    assert await city.reads_case(case) == case
    opened = {"client_id": client["id"], "agency": "tamme", "coordinator": "juhan.kask", "source": "noticer"}
    assert opened.items() <= case.items()
    assert (case["voluntary"], case["purpose"], case["closed_at"]) == (False, "case-management", None)
    assert (case["decision"], case["outstanding"]) == (None, [])


async def test_who_opens_a_case_coordinates_it_unless_somebody_else_is_named(city: Agency) -> None:
    client = await city.registers()
    assert (await city.opens_case(client["id"]))["coordinator"] == "tamme.officer"


async def test_an_agency_has_one_open_case_with_a_client(city: Agency, fund: Agency) -> None:
    client = await city.registers()
    await city.opens_case(client["id"])
    refused = await told(city.opens_case(client["id"]), 409)
    assert (refused.code, refused.unmet) == ("case-refused", ["case.already-open"])
    assert (await fund.opens_case(client["id"]))["agency"] == "unemployment-fund"


async def test_of_two_cases_opened_at_once_by_one_agency_one_is_refused(city: Agency) -> None:
    client = await city.registers()
    path, opening = f"/api/v1/clients/{client['id']}/cases", {"source": "client", "purpose": "advice"}
    answers = await asyncio.gather(*(city.http.post(path, json=opening) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_case_of_somebody_without_a_record_is_not_opened(city: Agency) -> None:
    assert (await told(city.opens_case(STRANGER), 404)).code == "client-not-found"


@pytest.mark.parametrize(
    ("agency", "source", "taken"),
    [
        ("tamme", "noticer", True),
        ("tamme", "court_or_prosecutor", False),
        ("unemployment-fund", "client", True),
        ("unemployment-fund", "noticer", False),
        ("social-insurance-board", "commission_referral", True),
        ("probation", "court_or_prosecutor", True),
        ("probation", "client", False),
    ],
)
async def test_a_client_comes_by_a_way_that_the_agencys_profile_knows(
    callers: Callers, agency: str, source: str, taken: bool
) -> None:
    who = callers.agency(agency)
    client = await who.registers()
    opening = who.opens_case(client["id"], source=source)
    if taken:
        assert (await opening)["source"] == source
    else:
        refused = await told(opening, 409)
        assert refused.document["unmet"][0]["code"] == "case.source-not-taken"
        assert refused.document["unmet"][0]["pointer"] == "/source"


async def test_agencies_with_a_case_know_of_each_other(city: Agency, fund: Agency, board: Agency) -> None:
    client = await city.registers()
    for agency in (city, fund, board):
        await agency.opens_case(client["id"])
    known = {agency.code: f"{agency.code}.officer" for agency in (city, fund, board)}
    for agency in (city, fund, board):
        assert await agency.agencies_with(client["id"]) == known


async def test_that_probation_has_a_case_is_known_to_probation_alone(
    city: Agency, fund: Agency, probation: Agency
) -> None:
    client = await city.registers()
    for agency in (city, fund, probation):
        await agency.opens_case(client["id"])
    assert (await city.agencies_with(client["id"])).keys() == {"tamme", "unemployment-fund"}
    assert (await probation.agencies_with(client["id"])).keys() == {"tamme", "unemployment-fund", "probation"}


async def test_another_agencys_case_is_not_there(city: Agency, fund: Agency) -> None:
    client = await city.registers()
    case = await city.opens_case(client["id"])
    await fund.opens_case(client["id"])
    for call in (fund.reads_case(case), fund.decides(case, "refer"), fund.tells_problem(case)):
        assert (await told(call, 404)).code == "case-not-found"
    assert case["id"] not in [one["id"] for one in (await fund.asks("/cases", limit=100))["items"]]


async def test_the_agencys_cases_are_paged_newest_first(callers: Callers) -> None:
    town = callers.agency("paged-town")
    opened = [(await town.opens_case((await town.registers())["id"]))["id"] for _ in range(5)]
    first = await town.asks("/cases", limit=2)
    second = await town.asks("/cases", limit=2, cursor=first["next"])
    third = await town.asks("/cases", limit=2, cursor=second["next"])
    listed = [case["id"] for page in (first, second, third) for case in page["items"]]
    assert listed == opened[::-1]
    assert third["next"] is None


async def test_a_problem_is_told_by_several_informants(city: Agency) -> None:
    case = await city.opens_case((await city.registers())["id"])
    first = await city.tells_problem(case)
    second = await city.tells_problem(case, informant="noticer", informant_name="Neighbour", comment="Seen weekly.")
    assert await city.asks(f"/cases/{case['id']}/problems") == [first, second]


@pytest.mark.parametrize("decision", ["refer", "single", "case_management"])
async def test_the_initial_decision_is_recorded_with_sheet_a1(city: Agency, decision: str) -> None:
    case = await city.opens_case((await city.registers())["id"])
    decided = await city.decides(case, decision)
    assert decided["decision"]["decision"] == decision
    assert decided["decision"]["decided_by"] == "tamme.officer"
    assert decided["decision"]["activities"] == [
        {"activity": "Advice on debts", "due_on": "2030-01-15", "performer": "Debt adviser"}
    ]
    assert decided["version"] > case["version"]
    assert await city.reads_case(case) == decided


async def test_a_referral_needs_no_sheet_a1(city: Agency) -> None:
    case = await city.opens_case((await city.registers())["id"])
    assert (await city.decides(case, "refer", needs=[], activities=[]))["decision"]["needs"] == []


async def test_help_without_sheet_a1_is_refused_and_the_lacking_parts_are_named(city: Agency) -> None:
    case = await city.opens_case((await city.registers())["id"])
    refused = await told(city.decides(case, "case_management", needs=[], activities=[]), 409)
    assert refused.code == "decision-refused"
    assert refused.document["unmet"] == [
        {
            "code": "decision.activities-missing",
            "detail": "Sheet A1 asks for at least one activity with a date and a performer.",
            "source": "004 form A1 (L5907-5962)",
            "pointer": "/activities",
        },
        {
            "code": "decision.needs-missing",
            "detail": "Sheet A1 asks for at least one need.",
            "source": "004 form A1 (L5916-5962)",
            "pointer": "/needs",
        },
    ]
    assert (await city.reads_case(case))["decision"] is None


async def test_an_initial_decision_is_made_once(city: Agency) -> None:
    case = await city.opens_case((await city.registers())["id"])
    await city.decides(case, "refer")
    assert (await told(city.decides(case, "single"), 409)).unmet == ["case.already-decided"]


async def test_a_decision_on_a_case_that_has_changed_since_is_refused(city: Agency) -> None:
    case = await city.opens_case((await city.registers())["id"])
    await city.decides(case, "refer", needs=[], activities=[])
    path, body = f"/cases/{case['id']}/initial-decision", {"decision": "refer", "summary": "s", "problems": ["p"]}
    seen = version_of(case)
    stale = await told(city.sends(path, body | {"legal_basis": "SHS"}, If_Match=seen), 412)
    assert stale.code == "stale-version"


async def test_what_may_be_done_next_follows_the_case(city: Agency, fund: Agency, today: Any) -> None:
    client = await city.registers()
    case = await city.opens_case(client["id"])
    assert actions(case)["decide"] == []
    assert actions(case)["manage"] == ["case.not-decided-for-management"]

    decided = await city.decides(case, "case_management")
    assert actions(decided)["decide"] == ["case.already-decided"]
    assert actions(decided)["manage"] == ["decision.agreement-missing"]
    assert decided["outstanding"] == [AGREEMENT_MISSING]

    await city.records_consent(client["id"], to=fund.code, signed=today)
    agreed = await city.reads_case(case)
    assert (actions(agreed)["manage"], agreed["outstanding"]) == ([], [])
    listed = {one["id"]: one for one in (await city.asks("/cases", limit=100))["items"]}
    assert listed[case["id"]] == agreed


async def test_an_agreement_with_another_agency_does_not_serve_for_ones_own(
    city: Agency, fund: Agency, board: Agency, today: Any
) -> None:
    client = await city.registers()
    case = await city.opens_case(client["id"])
    await city.decides(case, "case_management")
    await fund.opens_case(client["id"])
    await fund.records_consent(client["id"], to=board.code, signed=today)
    assert actions(await city.reads_case(case))["manage"] == ["decision.agreement-missing"]


async def test_a_contact_is_noted_with_who_served(city: Agency) -> None:
    case = await city.opens_case((await city.registers())["id"])
    contact = await city.notes_contact(case, "2026-01-05T10:00:00+02:00", channel="home_visit")
    assert (contact["officer"], contact["channel"]) == ("tamme.officer", "home_visit")
    assert contact["occurred_at"] == "2026-01-05T10:00:00+02:00"


@pytest.mark.parametrize("wrong", [{"channel": "dream"}, {"occurred_at": "2026-01-05T10:00:00"}, {"service": "Üks"}])
async def test_a_contact_with_a_mistake_is_refused(city: Agency, wrong: dict[str, str]) -> None:
    case = await city.opens_case((await city.registers())["id"])
    call = city.notes_contact(case, **({"occurred_at": "2026-01-05T10:00:00Z"} | wrong))
    assert (await told(call, 422)).pointers == [f"/{next(iter(wrong))}"]


@pytest.mark.parametrize(("agency", "voluntary"), [("tamme", True), ("unemployment-fund", True), ("probation", False)])
async def test_whether_a_client_has_a_choice_is_as_the_agency_works_unless_it_is_said(
    city: Agency, callers: Callers, agency: str, voluntary: bool
) -> None:
    client = await city.registers()
    assert (await callers.agency(agency).opens_case(client["id"]))["voluntary"] is voluntary


async def test_no_client_of_probation_is_said_to_come_of_free_will(city: Agency, probation: Agency) -> None:
    client = await city.registers()
    refused = await told(probation.opens_case(client["id"], voluntary=True), 409)
    assert (refused.code, refused.unmet) == ("case-refused", ["case.client-has-no-choice"])


async def test_nobody_was_served_on_a_day_to_come(city: Agency, today: date) -> None:
    case = await city.opens_case((await city.registers())["id"])
    tomorrow = f"{today + timedelta(days=1)}T12:00:00Z"
    assert (await told(city.notes_contact(case, tomorrow), 422)).pointers == ["/occurred_at"]
    assert (await city.notes_contact(case, f"{today}T00:00:00Z"))["occurred_at"]
