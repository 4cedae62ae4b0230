"""Network meetings through the API: agenda, minutes, decisions and what becomes of them."""

import asyncio
from typing import Any

import pytest

from shared.actor import Role
from shared.ids import new_id
from tests.network.forms import MEETINGS, a_decision, an_agenda, consents, log_of, the_minutes, told_of
from tests.support.service import Running


@pytest.fixture
def client_id() -> str:
    return str(new_id())


async def called(network: Running, agenda: dict[str, Any]) -> dict[str, Any]:
    async with network.agency("tamme") as city:
        made = await city.post(MEETINGS, json=agenda)
    assert made.status_code == 201, made.text
    body: dict[str, Any] = made.json()
    return body


async def recorded(network: Running, meeting: dict[str, Any], minutes: dict[str, Any]) -> dict[str, Any]:
    async with network.agency("tamme") as city:
        told = await city.post(f"{MEETINGS}/{meeting['id']}/minutes", json=minutes)
    assert told.status_code == 200, told.text
    body: dict[str, Any] = told.json()
    return body


async def test_a_meeting_is_called_with_the_person_invited_first(network: Running, client_id: str) -> None:
    async with network.agency("tamme") as city:
        made = await city.post(MEETINGS, json=an_agenda(client_id))
        read = await city.get(made.headers["Location"])
    assert read.json() == made.json()
    assert [row["standing"] for row in read.json()["invited"]] == ["client", "formal"]
    assert read.json()["minutes"] is None


async def test_facts_can_be_gathered_without_the_person(network: Running, client_id: str) -> None:
    meeting = await called(network, an_agenda(client_id, invite_client=False))
    assert [row["standing"] for row in meeting["invited"]] == ["formal"]


async def test_minutes_are_read_back_with_numbered_decisions(network: Running, client_id: str) -> None:
    meeting = await called(network, an_agenda(client_id))
    dissent = a_decision(text="The school calls daily", support="with_dissent", dissent="The school finds it too much")
    await recorded(network, meeting, the_minutes(decisions=[a_decision(), dissent]))

    async with network.agency("tamme") as city:
        read = await city.get(f"{MEETINGS}/{meeting['id']}")
    minutes = read.json()["minutes"]
    assert minutes["number"] == 1
    assert minutes["absentees"][0]["note"] == "ill"
    assert [decision["text"] for decision in minutes["decisions"]] == [a_decision()["text"], dissent["text"]]
    assert minutes["decisions"][1]["dissent"] == dissent["dissent"]
    assert read.headers["ETag"] == '"2"'


async def test_minutes_are_numbered_one_after_the_other_within_a_case(network: Running, client_id: str) -> None:
    case_id = str(new_id())
    meetings = [await called(network, an_agenda(client_id, case_id=case_id)) for _ in range(4)]
    elsewhere = await called(network, an_agenda(client_id))

    told = await asyncio.gather(*(recorded(network, meeting, the_minutes()) for meeting in meetings))
    assert sorted(meeting["minutes"]["number"] for meeting in told) == [1, 2, 3, 4]
    assert (await recorded(network, elsewhere, the_minutes()))["minutes"]["number"] == 1


async def test_each_decision_is_announced_once_in_order_and_without_its_text(network: Running, client_id: str) -> None:
    meeting = await called(network, an_agenda(client_id))
    decisions = [a_decision(), a_decision(responsible_agency="tamme", responsible_officer=None)]
    minutes = (await recorded(network, meeting, the_minutes(decisions=decisions)))["minutes"]

    envelopes = await told_of(network, meeting["id"])
    assert [envelope["type"] for envelope in envelopes] == ["sidus.network.meeting.decided.v1"] * 2
    assert [envelope["sequence"] for envelope in envelopes] == [1, 2]
    assert envelopes[0]["data"] == {
        "client_id": client_id,
        "case_id": meeting["case_id"],
        "meeting_id": meeting["id"],
        "decision_id": minutes["decisions"][0]["id"],
        "convening_agency": "tamme",
        "responsible_agency": "unemployment-fund",
        "responsible_officer": "fund.officer",
        "due_on": "2026-04-01",
    }
    assert "course" not in str(envelopes)


async def test_the_service_that_makes_a_task_of_a_decision_can_ask_for_its_text(
    network: Running, client_id: str
) -> None:
    meeting = await called(network, an_agenda(client_id))
    case_id = str(new_id())
    minutes = the_minutes(decisions=[a_decision(responsible_case_id=case_id)])
    [decision] = (await recorded(network, meeting, minutes))["minutes"]["decisions"]

    async with network.calls(network.actor("tamme", Role.SERVICE), caller="case") as case:
        told = await case.get(f"/internal/decisions/{decision['id']}")
        unknown = await case.get(f"/internal/decisions/{new_id()}")
    assert told.json() == {
        "decision_id": decision["id"],
        "meeting_id": meeting["id"],
        "text": a_decision()["text"],
        "due_on": "2026-04-01",
        "responsible_agency": "unemployment-fund",
        "responsible_officer": "fund.officer",
        "responsible_case_id": case_id,
    }
    assert unknown.status_code == 404
    async with network.agency("tamme") as city:
        assert (await city.get(f"/internal/decisions/{decision['id']}")).status_code == 403


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"chair": None}, ["meeting.chair-missing"]),
        ({"minute_taker": None}, ["meeting.minute-taker-missing"]),
        ({"held_on": "2150-01-01", "decisions": []}, ["meeting.not-yet-held"]),
        ({"decisions": [a_decision(due_on=None)]}, ["decision.due-date-missing"]),
        ({"decisions": [a_decision(due_on="2026-03-02")]}, ["decision.due-before-meeting"]),
        ({"decisions": [a_decision(responsible_agency=None)]}, ["decision.responsible-missing"]),
    ],
)
async def test_incomplete_minutes_are_refused_and_nothing_is_announced(
    network: Running, client_id: str, change: dict[str, Any], codes: list[str]
) -> None:
    meeting = await called(network, an_agenda(client_id))
    async with network.agency("tamme") as city:
        refused = await city.post(f"{MEETINGS}/{meeting['id']}/minutes", json=the_minutes(**change))
        read = await city.get(f"{MEETINGS}/{meeting['id']}")
    assert refused.status_code == 409
    assert [unmet["code"] for unmet in refused.json()["unmet"]] == codes
    assert all(unmet["source"] for unmet in refused.json()["unmet"])
    assert read.json()["minutes"] is None
    assert await told_of(network, meeting["id"]) == []


async def test_a_meeting_has_one_set_of_minutes(network: Running, client_id: str) -> None:
    meeting = await called(network, an_agenda(client_id))
    await recorded(network, meeting, the_minutes())
    async with network.agency("tamme") as city:
        again = await city.post(f"{MEETINGS}/{meeting['id']}/minutes", json=the_minutes())
    assert [unmet["code"] for unmet in again.json()["unmet"]] == ["meeting.minuted-already"]
    assert len(await told_of(network, meeting["id"])) == 1


async def test_minutes_for_another_version_of_the_meeting_are_refused(network: Running, client_id: str) -> None:
    meeting = await called(network, an_agenda(client_id))
    async with network.agency("tamme") as city:
        path = f"{MEETINGS}/{meeting['id']}/minutes"
        stale = await city.post(path, json=the_minutes(), headers={"If-Match": '"7"'})
        matching = await city.post(path, json=the_minutes(), headers={"If-Match": '"1"'})
    assert (stale.status_code, matching.status_code) == (412, 200)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"case_id": None}, "/case_id"),
        ({"aim": ""}, "/aim"),
        ({"organiser": "Mari Maasikas"}, "/organiser"),
        ({"starts_at": "14:00:00Z"}, "/starts_at"),
        ({"ends_at": "25:00"}, "/ends_at"),
        ({"agenda": [{"topic": "x"}]}, "/agenda/0/starts_at"),
        ({"invited": [{"standing": "stranger"}]}, "/invited/0/standing"),
        ({"invited": [{"standing": "informal", "relation": "a\0"}]}, "/invited/0/relation"),
        ({"number": 3}, "/number"),
    ],
)
async def test_bad_input_is_refused_at_its_place(
    network: Running, client_id: str, change: dict[str, Any], pointer: str
) -> None:
    async with network.agency("tamme") as city:
        refused = await city.post(MEETINGS, json=an_agenda(client_id) | change)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


async def test_another_agency_sees_a_meeting_only_once_it_has_a_ground(network: Running, client_id: str) -> None:
    meeting = await called(network, an_agenda(client_id))
    await recorded(network, meeting, the_minutes())
    single, listed = f"{MEETINGS}/{meeting['id']}", {"client_id": client_id}
    async with network.agency("unemployment-fund") as fund:
        assert (await fund.get(single)).status_code == 404
        assert (await fund.get(MEETINGS, params=listed)).status_code == 403

        await consents(network, client_id, "unemployment-fund")

        shown = (await fund.get(single)).json()
        assert [decision["text"] for decision in shown["minutes"]["decisions"]] == [a_decision()["text"]]
        assert [found["id"] for found in (await fund.get(MEETINGS, params=listed)).json()["items"]] == [meeting["id"]]


async def test_meetings_of_a_client_come_in_pages_the_latest_planned_first(network: Running, client_id: str) -> None:
    for day in ("2026-01-05", "2026-03-05", "2026-02-05"):
        await called(network, an_agenda(client_id, planned_on=day))
    async with network.agency("tamme") as city:
        first = await city.get(MEETINGS, params={"client_id": client_id, "limit": 2})
        rest = await city.get(first.links["next"]["url"])
    pages = [[meeting["planned_on"] for meeting in answer.json()["items"]] for answer in (first, rest)]
    assert pages == [["2026-03-05", "2026-02-05"], ["2026-01-05"]]


async def test_who_calls_records_or_reads_a_meeting_is_in_the_access_log(network: Running, client_id: str) -> None:
    meeting = await called(network, an_agenda(client_id))
    await recorded(network, meeting, the_minutes())
    async with network.person(client_id) as person:
        await person.get(f"{MEETINGS}/{meeting['id']}")

    entries = await log_of(network, client_id)
    assert {entry[:4] for entry in entries} == {
        ("tamme", "create", "call_meeting", "own"),
        ("tamme", "read", "record_minutes", "own"),
        ("tamme", "change", "record_minutes", "own"),
        ("tamme", "create", "record_minutes", "own"),
        ("residents", "read", "read_meeting", "person"),
    }
    assert all(entry[4] == ["network"] for entry in entries)
