"""A section of the record is replaced by who has seen its newest version."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.case.clients.models import Contact, Health
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told, version_of
from tests.support.people import form_a
from tests.support.service import Running


async def test_a_section_is_replaced_and_the_others_stay(city: Agency) -> None:
    client = await city.registers()
    contact = {"phone": "+372 600 0000", "email": "new@example.org"}
    changed = await city.changes(client, contact=contact)
    assert changed["contact"]["phone"] == "+372 600 0000"
    assert changed["contact"]["registered_address"] is None
    assert changed["version"] == client["version"] + 1
    assert changed["changed_at"] > client["changed_at"]
    assert changed["created_at"] == client["created_at"]
    same = ("identity", "social", "health", "relations", "earlier_assessments")
    assert {name: changed[name] for name in same} == {name: client[name] for name in same}
    assert await city.reads(client["id"]) == changed


async def test_a_change_without_a_version_is_not_made(city: Agency) -> None:
    client = await city.registers()
    call = city.sends(f"/clients/{client['id']}", {"contact": {}}, method="PATCH")
    assert (await told(call, 428)).code == "precondition-required"
    assert await city.reads(client["id"]) == client


async def test_a_change_of_an_older_version_is_refused_with_the_present_one(city: Agency) -> None:
    client = await city.registers()
    await city.changes(client, health={"insured": False})
    stale = await told(city.changes(client, health={"insured": True}), 412)
    assert (stale.code, stale.document["current_version"]) == ("stale-version", 2)
    assert (await city.reads(client["id"]))["health"]["insured"] is False


@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"contact": None},
        {"health": None, "contact": {}},
        {"identity": {"first_name": "Eve"}},
        {"contact": {"phone": "x"}},
    ],
)
async def test_a_change_with_a_mistake_is_refused(city: Agency, sections: dict[str, Any]) -> None:
    client = await city.registers()
    assert (await told(city.changes(client, **sections), 422)).code == "invalid"
    assert (await city.reads(client["id"]))["version"] == 1


async def test_an_agency_with_a_case_keeps_the_contact_up_to_date_for_all(city: Agency, fund: Agency) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    await fund.changes(client, contact={"phone": "+372 600 1111"})
    assert (await city.reads(client["id"]))["contact"]["phone"] == "+372 600 1111"


async def test_what_an_agency_may_not_see_it_may_not_change(city: Agency, fund: Agency, board: Agency) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    withheld = await told(fund.changes(client, health={"insured": False}), 409)
    assert (withheld.unmet, withheld.document["unmet"][0]["pointer"]) == (["client.section-withheld"], "/health")
    assert (await told(board.changes(client, contact={"phone": "+372 600 2222"}), 404)).code == "client-not-found"
    assert await city.reads(client["id"]) == client


async def test_two_changes_of_one_version_at_once_make_one_change(city: Agency) -> None:
    client = await city.registers()
    path, seen = f"/api/v1/clients/{client['id']}", {"If-Match": version_of(client)}
    bodies = [{"contact": {"phone": f"+372 600 000{n}"}} for n in range(2)]
    answers = await asyncio.gather(*(city.http.patch(path, json=body, headers=seen) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert (await city.reads(client["id"]))["version"] == 2


async def test_a_refusal_of_an_older_version_shows_the_record_as_it_is_now(city: Agency) -> None:
    client = await city.registers()
    changed = await city.changes(client, health={"insured": False})
    stale = await told(city.changes(client, health={"insured": True}), 412)
    assert stale.document["current"] == changed


async def test_of_two_changes_of_one_field_at_once_the_second_is_shown_what_the_first_left(city: Agency) -> None:
    client = await city.registers()
    path, seen = f"/api/v1/clients/{client['id']}", {"If-Match": version_of(client)}
    bodies = [{"contact": {"phone": f"+372 600 100{n}"}} for n in range(2)]
    answers = await asyncio.gather(*(city.http.patch(path, json=body, headers=seen) for body in bodies))
    made, refused = sorted((answer.json() for answer in answers), key=lambda answer: answer.get("status", 0))
    assert refused["current"] == made
    assert await city.reads(client["id"]) == made


async def test_a_change_shows_in_the_log_as_a_change(city: Agency, callers: Callers) -> None:
    client = await city.registers()
    await city.changes(client, health={"insured": False})
    newest = await callers.person(client["id"]).who_looked(client["id"])
    changes = [entry for entry in newest if entry["operation"] == "change_client" and entry["action"] != "read"]
    assert {(entry["action"], tuple(entry["categories"])) for entry in changes} == {("change", ("health", "identity"))}


async def test_a_name_is_changed_and_the_code_stays(city: Agency) -> None:
    client = await city.registers()
    identity = {"first_name": "Anna", "last_name": "Kask", "citizenship": "other"}
    changed = await city.changes(client, identity=identity)
    assert (changed["identity"]["last_name"], changed["identity"]["citizenship"]) == ("Kask", "other")
    same = ("personal_code", "date_of_birth")
    assert [changed["identity"][name] for name in same] == [client["identity"][name] for name in same]


async def test_a_date_of_birth_that_the_code_does_not_tell_is_refused(city: Agency) -> None:
    client = await city.registers()
    identity = {"first_name": "Anna", "last_name": "Kask", "date_of_birth": "1920-01-01"}
    assert (await told(city.changes(client, identity=identity), 422)).pointers == ["/identity/date_of_birth"]
    assert await city.reads(client["id"]) == client


async def test_the_same_values_again_make_no_version(city: Agency, case: Running) -> None:
    client = await city.registers()
    await city.changes(client, health=client["health"])
    async with case.work() as work:
        versions = await work.all(select(Health).where(Health.client_id == UUID(client["id"])))
    assert len(versions) == 1


async def test_a_version_knows_where_each_of_its_values_came_from(city: Agency, fund: Agency, case: Running) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    await fund.changes(client, contact=client["contact"] | {"bank": "Sample bank"})
    async with case.work() as work:
        first, second = await work.all(
            select(Contact).where(Contact.client_id == UUID(client["id"])).order_by(Contact.id)
        )
    assert (first.standing, second.standing) == ("former", "current")
    assert first.superseded_at == second.recorded_at
    assert second.changed == ["bank"]
    assert {field: source["agency"] for field, source in second.provenance.items()} == {
        "registered_address": "tamme",
        "phone": "tamme",
        "email": "tamme",
        "preferred_language": "tamme",
        "may_be_contacted": "tamme",
        "bank": "unemployment-fund",
    }
    assert second.provenance["bank"]["officer"] == "unemployment-fund.officer"


WISHES = {
    "preferred_language": "ru",
    "preferred_channel": "post",
    "agreed_channels": ["post"],
    "may_be_contacted": False,
}


async def test_what_the_person_wishes_stays_when_only_the_phone_is_changed(city: Agency) -> None:
    client = await city.registers(form_a(contact=WISHES))
    changed = await city.changes(client, contact={"phone": "+372 600 3333"})
    assert changed["contact"].items() >= (WISHES | {"phone": "+372 600 3333"}).items()


async def test_a_wish_that_is_named_is_changed_and_may_become_unknown(city: Agency) -> None:
    client = await city.registers(form_a(contact=WISHES))
    changed = await city.changes(client, contact={"may_be_contacted": None, "agreed_channels": []})
    assert changed["contact"].items() >= (WISHES | {"may_be_contacted": None, "agreed_channels": []}).items()


@pytest.mark.parametrize("contact", [None, {}, {"phone": "+372 600 4444"}])
async def test_of_a_person_who_was_asked_nothing_no_wish_is_known(city: Agency, contact: dict[str, Any] | None) -> None:
    form = form_a(contact=contact) if contact is not None else {k: v for k, v in form_a().items() if k != "contact"}
    client = await city.registers(form)
    assert {name: client["contact"][name] for name in WISHES} == {
        "preferred_language": None,
        "preferred_channel": None,
        "agreed_channels": [],
        "may_be_contacted": None,
    }
    sources = await city.sources_of(client["id"])
    assert not {f"/contact/{name}" for name in WISHES} & sources.keys()
