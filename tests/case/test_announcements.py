"""What each use case tells the other services: which event, of what, in which order, and nothing personal."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from shared.events.models import Outgoing
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.people import personal_code
from tests.support.service import Running

CANARY: dict[str, Any] = {
    "identity": {
        "first_name": "Kanaarilind",
        "last_name": "Kollasulg",
        "document": "id_card",
        "document_number": "KANAAR0017",
        "citizenship": "estonian",
    },
    "contact": {
        "registered_address": "Puuri 13, Laululinna",
        "actual_address": "Orre 7, Laululinna",
        "phone": "+372 5012 3987",
        "email": "kanaarilind@example.org",
        "account_number": "EE00 KANAAR 17",
    },
    "social": {"note": "Laulab hommikuti."},
    "health": {"note": "Tiib on haige."},
    "relations": [{"kind": "cohabiting_family", "name": "Tibu Kollasulg", "relation": "tibu"}],
}


async def announced(case: Running, client_id: str) -> list[tuple[str, str, int]]:
    """What was told about a client, in the order it was told: event, id it is told of, its number there."""
    told = []
    for envelope in await envelopes(case, client_id):
        event = envelope["type"].removeprefix("sidus.").removesuffix(".v1")
        assert envelope["subject"] == f"evt.{event}.{envelope['aggregate']}"
        assert envelope["source"] == "/sidus/case"
        told.append((event, envelope["aggregate"], envelope["sequence"]))
    return told


async def envelopes(case: Running, client_id: str) -> list[dict[str, Any]]:
    """The events about a client, as they are to travel."""
    about = Outgoing.envelope["data"]["client_id"].astext == client_id
    async with case.work() as work:
        rows = await work.check(select(Outgoing.envelope).where(about).order_by(Outgoing.seq))
    return [row.envelope for row in rows]


async def test_registering_and_changing_tell_of_the_client_in_order(city: Agency, case: Running) -> None:
    client = await city.registers()
    await city.changes(client, health={"insured": False})
    assert await announced(case, client["id"]) == [
        ("case.client.registered", client["id"], 1),
        ("case.client.changed", client["id"], 2),
    ]


async def test_contacts_noted_at_the_same_time_are_all_noted_and_numbered_without_a_gap(
    city: Agency, case: Running
) -> None:
    opened = await city.opens_case((await city.registers())["id"])
    await asyncio.gather(*(city.notes_contact(opened, f"2026-01-05T1{hour}:00:00Z") for hour in range(8)))
    told = await announced(case, opened["client_id"])
    noted = [number for event, _, number in told if event == "case.case.contact-noted"]
    assert sorted(noted) == list(range(2, 10))


async def test_a_change_names_the_fields_that_changed_and_no_values(city: Agency, case: Running) -> None:
    client = await city.registers()
    contact = client["contact"] | {"phone": "+372 600 7777", "bank": "Other bank"}
    await city.changes(client, contact=contact, health=client["health"])
    changed = (await envelopes(case, client["id"]))[-1]
    assert changed["data"] == {"client_id": client["id"], "fields": ["contact.phone", "contact.bank"]}


async def test_a_case_tells_of_its_opening_decision_and_contacts_in_order(city: Agency, case: Running) -> None:
    client = await city.registers()
    opened = await city.opens_case(client["id"])
    await city.decides(opened, "refer")
    contact = await city.notes_contact(opened, "2026-01-05T10:00:00Z")
    of_case = [told for told in await announced(case, client["id"]) if told[1] == opened["id"]]
    assert of_case == [
        ("case.case.opened", opened["id"], 1),
        ("case.case.decided", opened["id"], 2),
        ("case.case.contact-noted", opened["id"], 3),
    ]
    noted = (await envelopes(case, client["id"]))[-1]["data"]
    assert noted == {
        "client_id": client["id"],
        "case_id": opened["id"],
        "contact_id": contact["id"],
        "agency": "tamme",
        "service": "social-counselling",
        "nature": "voluntary",
        "occurred_at": "2026-01-05T10:00:00Z",
    }


@pytest.mark.parametrize(
    ("agency", "nature"), [("tamme", "voluntary"), ("unemployment-fund", "voluntary"), ("probation", "enforcement")]
)
async def test_a_contact_tells_whether_the_service_was_a_choice(
    callers: Callers, case: Running, agency: str, nature: str
) -> None:
    officer = callers.agency(agency)
    client = await officer.registers()
    await officer.notes_contact(await officer.opens_case(client["id"]), "2026-01-05T10:00:00Z")
    assert (await envelopes(case, client["id"]))[-1]["data"]["nature"] == nature


async def test_opening_a_case_lets_the_agency_in_and_says_so(city: Agency, fund: Agency, case: Running) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    grants = [one["data"] for one in await envelopes(case, client["id"]) if one["type"].startswith("sidus.case.grant")]
    assert {(one["ground"], tuple(one["categories"]), one["grantee"]) for one in grants} == {
        ("shared-record", ("contact", "identity"), fund.code),
        ("existence", ("existence",), fund.code),
    }
    assert {one.get("source_agency") for one in grants} == {None}


async def test_a_consent_tells_of_a_grant_that_opens_once_and_closes_once(
    city: Agency, fund: Agency, case: Running, today: date
) -> None:
    client = await city.registers()
    await city.opens_case(client["id"])
    consent = await city.records_consent(client["id"], to=fund.code, categories=("needs", "health"), signed=today)
    await city.withdraws(consent)
    opened, closed = (await announced(case, client["id"]))[-2:]
    assert (opened[0], opened[2]) == ("case.grant.opened", 1)
    assert (closed[0], closed[2]) == ("case.grant.closed", 2)
    assert opened[1] == closed[1]
    terms = (await envelopes(case, client["id"]))[-2]["data"]
    assert (terms["categories"], terms["source_agency"], terms["ground"]) == (["health", "needs"], "tamme", "consent")


async def test_a_task_tells_that_it_stands_on_the_case(city: Agency, case: Running, today: date) -> None:
    client = await city.registers()
    task = await city.adds_task(await city.opens_case(client["id"]), today)
    assert (await announced(case, client["id"]))[-1] == ("case.task.added", task["id"], 1)


async def test_a_request_that_is_refused_tells_nothing(city: Agency, case: Running, today: date) -> None:
    client = await city.registers()
    opened = await city.opens_case(client["id"])
    before = await announced(case, client["id"])
    for path in (f"/clients/{client['id']}/cases", f"/cases/{opened['id']}/initial-decision"):
        await city.http.post(f"/api/v1{path}", json={"source": "client", "purpose": "advice"})
    assert await announced(case, client["id"]) == before


async def test_nothing_that_names_the_person_is_told(city: Agency, fund: Agency, case: Running, today: date) -> None:
    code = personal_code()
    form = CANARY | {"identity": CANARY["identity"] | {"personal_code": code}}
    client = await city.registers(form)
    await city.changes(client, contact={"phone": "+372 5098 7123", "email": "sulgpall@example.org"})
    opened = await city.opens_case(client["id"])
    await city.tells_problem(opened, informant="noticer", informant_name="Naaber Kollasulg", reason="Laul on vait.")
    await city.decides(opened, "single", summary="Puuri uks on kinni.")
    await city.adds_task(opened, today, title="Osta Kollasulele seemneid.")
    await city.notes_contact(opened, "2026-01-05T10:00:00Z")
    await city.records_consent(client["id"], to=fund.code, signed=today)
    told = str(await envelopes(case, client["id"])).lower()
    assert len(told) > 1000
    traces = [
        code,
        "kanaar",
        "kollasul",
        "laulu",
        "puuri",
        "orre 7",
        "sulgpall",
        "5012",
        "5098",
        "vares",
        "vait",
        "tiib",
    ]
    assert [trace for trace in traces if trace in told] == []
