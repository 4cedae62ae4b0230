"""A service contact leads to one survey: put off, sent, answered, counted; and then the person is left in peace."""

from typing import Any

import httpx

from deploy.demo.stage import CITY
from tests.support.front_door import FrontDoor, Officer
from tests.support.waiting import until


async def test_a_contact_leads_to_one_survey_whose_answer_moves_the_index(door: FrontDoor, city: Officer) -> None:
    client = await city.registers()
    case = await city.opens_case(client["id"])
    answers_before = await _answers(city)
    deferred = await _served(door, city, case, "deferred")
    assert deferred["due_at"] > deferred["decided_at"]

    invitation = await _days_pass_until_sent(door, case)
    city = door.officer(CITY)
    link = await city.asks(f"/invitations/{invitation}/link")
    page = httpx.URL(link["url"]).raw_path.decode()
    anybody = door.http()
    assert (await anybody.post(page, data={"recommendation": "10", "satisfaction": "9"})).status_code == 200
    assert (await anybody.get(page)).status_code == 410

    assert await _answers(city) == answers_before + 1
    suppressed = await _served(door, city, case, "suppressed")
    assert suppressed["rule"] == "decision.quarantine"
    assert "no more often than agreed" in suppressed["reason"]


async def _served(door: FrontDoor, officer: Officer, case: dict[str, Any], outcome: str) -> Any:
    """The officer serves the client; the decision about it, once there is one of this outcome."""
    await officer.notes_contact(case, (await door.now()).isoformat())
    (newest, *_) = await until(
        lambda: officer.decisions_on_surveys(case), lambda found: bool(found) and found[0]["outcome"] == outcome
    )
    return newest["decisions"][-1]


async def _days_pass_until_sent(door: FrontDoor, case: dict[str, Any]) -> str:
    """The invitation that is sent when its day has come, which a holiday may put off."""
    (found,) = await door.officer(CITY).decisions_on_surveys(case)
    while found["outcome"] != "sent":
        (await door.http(CITY).put("/sandbox/clock", json={"advance": "P1DT1H"})).raise_for_status()
        found = await _decided_again(door.officer(CITY), case, found)
    return str(found["invitation_id"])


async def _decided_again(officer: Officer, case: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    (found,) = await until(
        lambda: officer.decisions_on_surveys(case), lambda now: len(now[0]["decisions"]) > len(before["decisions"])
    )
    return found


async def _answers(officer: Officer) -> int:
    """How many answers the recommendation indices of the officer's agency rest on."""
    found = await officer.asks("/indices", survey="recommendation")
    return sum(index["answers"] for index in found["indices"] if index["question"] == "recommendation")
