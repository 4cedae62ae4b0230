"""Deciding on service contacts, as agencies see it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.feedback.triggers import service
from shared.ids import new_id
from tests.feedback.driver import DAY, WORKING_DAY, Feedback
from tests.support.waiting import PATIENCE_SECONDS

SOMEBODY = "0190a000-0000-7000-8000-000000000001"


@pytest.fixture(autouse=True)
def on_a_working_day(feedback: Feedback) -> None:
    feedback.set_clock(WORKING_DAY)


async def test_a_contact_defers_a_survey_to_the_next_day(feedback: Feedback) -> None:
    contact = feedback.contact()
    await feedback.learns_of(contact)

    trigger = await feedback.trigger(contact, "et")

    assert (trigger["outcome"], trigger["survey"], trigger["survey_version"]) == ("deferred", "recommendation", 1)
    (decision,) = trigger["decisions"]
    assert decision["rule"] == "decision.after-contact"
    assert decision["reason"] == "Küsitlus saadetakse mõni päev pärast kontakti."
    assert decision["source"].startswith("001 L1174")
    assert datetime.fromisoformat(decision["due_at"]) == contact.occurred_at + DAY


async def test_a_contact_before_christmas_is_asked_about_after_it(feedback: Feedback) -> None:
    feedback.set_clock(datetime(2026, 12, 23, 10, tzinfo=UTC))
    contact = feedback.contact()
    await feedback.learns_of(contact)

    (decision,) = (await feedback.trigger(contact))["decisions"]

    assert decision["rule"] == "decision.after-holiday"
    assert datetime.fromisoformat(decision["due_at"]).date().isoformat() == "2026-12-27"


async def test_the_same_event_twice_is_one_decision(feedback: Feedback) -> None:
    contact, event_id = feedback.contact(), new_id()

    assert await feedback.learns_of(contact, event_id=event_id) == "applied"
    assert await feedback.learns_of(contact, event_id=event_id) == "twin"

    assert await feedback.rules(contact) == [("deferred", "after-contact")]
    assert len(await feedback.announced("feedback.trigger.decided")) == 1


async def test_a_contact_told_again_under_another_event_is_one_decision(feedback: Feedback) -> None:
    contact = feedback.contact()

    await feedback.learns_of(contact, sequence=1)
    await feedback.learns_of(contact, sequence=2)

    assert await feedback.rules(contact) == [("deferred", "after-contact")]
    assert await feedback.count("invitation") == 1


async def test_a_decision_is_told_by_ids_and_codes_alone(feedback: Feedback) -> None:
    contact = feedback.contact()
    await feedback.learns_of(contact)

    (told,) = await feedback.announced("feedback.trigger.decided")

    trigger = await feedback.trigger(contact)
    assert told == {
        "client_id": str(contact.client_id),
        "trigger_id": trigger["id"],
        "outcome": "deferred",
        "rule": "decision.after-contact",
    }


async def test_the_quarantine_holds_over_all_agencies_and_names_none(feedback: Feedback) -> None:
    first = feedback.contact("tamme")
    second = feedback.contact("unemployment-fund", client_id=first.client_id)
    await feedback.learns_of(first)
    await feedback.learns_of(second)

    assert await feedback.rules(second) == [("suppressed", "quarantine")]
    answer = await feedback.get("unemployment-fund", "/triggers", params={"client_id": str(first.client_id)})
    assert len(answer.json()["items"]) == 1
    assert "tamme" not in answer.text
    assert await feedback.count("invitation") == 1


async def test_after_the_quarantine_the_person_is_asked_again(feedback: Feedback) -> None:
    first = feedback.contact("tamme")
    await feedback.learns_of(first)
    feedback.pass_time(30 * DAY)
    second = feedback.contact("unemployment-fund", client_id=first.client_id)
    await feedback.learns_of(second)

    assert await feedback.rules(second) == [("deferred", "after-contact")]


async def test_of_two_agencies_at_the_same_moment_one_asks(feedback: Feedback) -> None:
    client_id = new_id()
    contacts = [feedback.contact(agency, client_id=client_id) for agency in ("tamme", "probation", "unemployment-fund")]

    await asyncio.gather(*(feedback.learns_of(contact) for contact in contacts))

    outcomes = sorted([(await feedback.trigger(contact))["outcome"] for contact in contacts])
    assert outcomes == ["deferred", "suppressed", "suppressed"]


async def test_decisions_about_different_people_do_not_wait_for_each_other(feedback: Feedback) -> None:
    async with feedback.running.work() as held:
        await service.note_contact(held, feedback.contact())
        await held.flush()

        assert await asyncio.wait_for(feedback.learns_of(feedback.contact()), PATIENCE_SECONDS) == "applied"


async def test_a_contact_of_long_ago_is_not_asked_about(feedback: Feedback) -> None:
    contact = feedback.contact(occurred_at=WORKING_DAY - 4 * DAY)
    await feedback.learns_of(contact)

    assert await feedback.rules(contact) == [("suppressed", "too-long-ago")]
    assert await feedback.count("invitation") == 0


async def test_another_agency_sees_no_trigger_of_ours(feedback: Feedback) -> None:
    contact = feedback.contact("probation")
    await feedback.learns_of(contact)
    trigger = await feedback.trigger(contact)

    for query in ({"client_id": str(contact.client_id)}, {"case_id": str(contact.case_id)}):
        assert (await feedback.get("tamme", "/triggers", params=query)).json()["items"] == []
    assert (await feedback.get("tamme", f"/triggers/{trigger['id']}")).status_code == 404
    assert (await feedback.get("tamme", f"/invitations/{trigger['invitation_id']}/link")).status_code == 404
    assert (await feedback.get("probation", f"/triggers/{trigger['id']}")).json() == trigger


async def test_reading_decisions_leaves_an_entry_in_the_access_log(feedback: Feedback) -> None:
    contact = feedback.contact()
    await feedback.learns_of(contact)
    await feedback.trigger(contact)

    entries = await feedback.sql(
        "SELECT agency, action, categories, client_id FROM access_log ORDER BY seq DESC LIMIT 1"
    )
    assert [tuple(entry) for entry in entries] == [("tamme", "read", ["feedback"], contact.client_id)]


async def test_triggers_come_in_pages_newest_first(feedback: Feedback) -> None:
    client_id = new_id()
    contacts = []
    for _ in range(3):
        contacts.append(feedback.contact(client_id=client_id))
        await feedback.learns_of(contacts[-1])
        feedback.pass_time(timedelta(minutes=1))

    query = {"client_id": str(client_id), "limit": 2}
    first = (await feedback.get("tamme", "/triggers", params=query)).json()
    second = (await feedback.get("tamme", "/triggers", params=query | {"cursor": first["next"]})).json()

    seen = [item["contact_id"] for item in first["items"] + second["items"]]
    assert seen == [str(contact.contact_id) for contact in reversed(contacts)]
    assert second["next"] is None


@pytest.mark.parametrize(
    "query",
    [{}, {"client_id": "x"}, {"case_id": "1"}, {"case_id": SOMEBODY, "limit": 0}, {"case_id": "\x00"}],
    ids=str,
)
async def test_a_list_that_names_nobody_is_refused(feedback: Feedback, query: dict[str, str]) -> None:
    answer = await feedback.get("tamme", "/triggers", params=query)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_simulation_decides_and_keeps_nothing(feedback: Feedback) -> None:
    imagined = {
        "nature": "mandatory",
        "occurred_at": WORKING_DAY.isoformat(),
        "approaches": [{"kind": "contact", "at": (WORKING_DAY - 10 * DAY).isoformat()}],
    }
    async with feedback.running.agency("tamme") as officer:
        refused = await officer.post("/api/v1/triggers/simulation", json=imagined)
        unasked = await officer.post("/api/v1/triggers/simulation", json=imagined | {"approaches": []})

    assert (refused.status_code, refused.json()["rule"]) == (200, "decision.quarantine")
    assert (unasked.json()["outcome"], unasked.json()["survey"]) == ("deferred", "recommendation")
    assert [await feedback.count(table) for table in ("survey_trigger", "invitation", "outbox", "access_log")] == [
        0
    ] * 4


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"nature": "optional"}, "/nature"),
        ({"occurred_at": "2027-03-08T09:00:00"}, "/occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59Z"}, "/occurred_at"),
        ({"client_id": SOMEBODY}, "/client_id"),
        ({"approaches": [{"kind": "contact", "at": "2027-03-08T09:00:00Z"}] * 101}, "/approaches"),
        ({"approaches": [{"kind": "contact"}]}, "/approaches/0/at"),
    ],
    ids=str,
)
async def test_a_wrong_simulation_is_told_where(feedback: Feedback, change: dict[str, object], pointer: str) -> None:
    imagined = {"nature": "voluntary", "occurred_at": WORKING_DAY.isoformat(), "approaches": []}
    async with feedback.running.agency("tamme") as officer:
        answer = await officer.post("/api/v1/triggers/simulation", json=imagined | change)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("path", ["/surveys", "/surveys/recommendation"])
@pytest.mark.parametrize(
    ("language", "words"), [("et", "Kui tõenäoliselt"), ("ru", "Насколько вероятно"), ("en", "How likely")]
)
async def test_surveys_are_read_in_three_languages(feedback: Feedback, path: str, language: str, words: str) -> None:
    answer = await feedback.get("tamme", path, headers={"Accept-Language": language})

    found = answer.json()
    survey = found[0] if isinstance(found, list) else found
    assert survey["code"] == "recommendation"
    assert survey["questions"][0]["wordings"]["voluntary"].startswith(words)


async def test_an_unknown_survey_is_not_found(feedback: Feedback) -> None:
    assert (await feedback.get("tamme", "/surveys/happiness")).status_code == 404
