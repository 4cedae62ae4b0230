"""An agency's own system keeps its records in step with Sidus by its own keys."""

import asyncio
from typing import Any

import pytest

from shared.ids import new_id
from tests.support.agencies import Agency
from tests.support.caller import told, version_of
from tests.support.people import form_a, personal_code


def key(value: str | None = None) -> dict[str, str]:
    """A key of the agency's own system."""
    return {"system": "star", "value": value or f"K-{new_id()}"}


async def upserted(agency: Agency, external_id: dict[str, str], record: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Whether a record was made or taken over (201, 200), and the record."""
    sent = await agency.http.post("/api/v1/clients/upsert", json={"external_id": external_id, "record": record})
    agency._answered(sent)
    assert sent.headers["ETag"] == version_of(sent.json())
    return sent.status_code, sent.json()


async def keys_of(agency: Agency, client: dict[str, Any]) -> list[dict[str, Any]]:
    """The keys of a client that the agency is told."""
    return list((await agency.asks(f"/clients/{client['id']}/external-ids"))["items"])


async def test_a_new_person_is_registered_and_linked(city: Agency) -> None:
    external_id = key()
    status, client = await upserted(city, external_id, form_a())
    assert status == 201
    assert [(one["system"], one["value"]) for one in await keys_of(city, client)] == [tuple(external_id.values())]
    assert await city.reads(client["id"]) == client


async def test_a_new_record_is_where_the_answer_says(city: Agency) -> None:
    sent = await city.http.post("/api/v1/clients/upsert", json={"external_id": key(), "record": form_a()})
    assert (await city.http.get(sent.headers["Location"])).json() == sent.json()


async def test_the_same_again_changes_nothing(city: Agency) -> None:
    external_id, form = key(), form_a()
    _, client = await upserted(city, external_id, form)
    assert await upserted(city, external_id, form) == (200, client)


async def test_a_number_that_sidus_gave_is_not_given_again(city: Agency) -> None:
    identity = {"first_name": "Ilze", "last_name": "Paraugs", "other_identifier": {"kind": "temporary_number"}}
    external_id = key()
    _, client = await upserted(city, external_id, form_a(identity=identity) | {"social": None})
    record = {"identity": identity, "contact": client["contact"]}
    assert await upserted(city, external_id, record) == (200, client)


async def test_only_what_is_given_is_replaced(city: Agency) -> None:
    external_id, form = key(), form_a()
    _, client = await upserted(city, external_id, form)
    child = {"kind": "cohabiting_family", "name": "Uus Laps", "relation": "child"}
    record = {"identity": form["identity"], "health": {"insured": False}, "relations": [*form["relations"], child]}
    status, changed = await upserted(city, external_id, record)
    assert status == 200
    assert changed["health"]["insured"] is False
    same = ("identity", "contact", "social", "earlier_assessments")
    assert {name: changed[name] for name in same} == {name: client[name] for name in same}
    assert changed["relations"][0] == client["relations"][0]
    assert [one["name"] for one in changed["relations"][1:]] == ["Uus Laps"]
    _, emptied = await upserted(city, external_id, {"identity": form["identity"], "relations": []})
    assert emptied["relations"] == []


async def test_a_code_known_later_takes_the_place_of_the_number(city: Agency) -> None:
    identity = {"first_name": "Ilze", "last_name": "Paraugs", "other_identifier": {"kind": "temporary_number"}}
    external_id = key()
    _, client = await upserted(city, external_id, form_a(identity=identity))
    number, code = client["identity"]["other_identifier"], personal_code()
    known = {"first_name": "Ilze", "last_name": "Paraugs", "personal_code": code}
    status, changed = await upserted(city, external_id, {"identity": known})
    assert (status, changed["id"]) == (200, client["id"])
    assert (changed["identity"]["personal_code"], changed["identity"]["other_identifier"]) == (code, None)
    assert [hit["client_id"] for hit in await city.looks_for(other_identifier=number)] == [client["id"]]


async def test_a_person_whose_record_is_visible_is_linked_by_their_code(city: Agency, fund: Agency) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    known = {name: client["identity"][name] for name in ("first_name", "last_name", "personal_code")}
    record = {"identity": client["identity"] | {"other_identifier": None}, "contact": client["contact"]}
    assert known.items() <= record["identity"].items()
    external_id = key()
    status, linked = await upserted(fund, external_id, record)
    assert (status, linked["id"], linked["version"]) == (200, client["id"], client["version"])
    assert len(await keys_of(fund, client)) == 1
    assert await keys_of(city, client) == []


async def test_a_person_whose_record_is_not_visible_is_told_by_reference(city: Agency, fund: Agency) -> None:
    client = await city.registers()
    record = form_a(identity=client["identity"] | {"other_identifier": None})
    call = fund.sends("/clients/upsert", {"external_id": key(), "record": record})
    refused = await told(call, 409)
    assert (refused.code, refused.document["client_id"]) == ("client-exists", client["id"])
    await fund.opens_case(client["id"])
    assert await keys_of(fund, client) == []


async def test_what_a_system_may_not_change_is_refused_whole(city: Agency, fund: Agency) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    identity = client["identity"] | {"other_identifier": None}
    call = fund.sends(
        "/clients/upsert", {"external_id": key(), "record": {"identity": identity, "health": {"insured": False}}}
    )
    assert (await told(call, 409)).unmet == ["client.section-withheld"]
    assert await keys_of(fund, client) == []


async def test_one_key_stands_for_one_client(city: Agency) -> None:
    external_id = key()
    _, client = await upserted(city, external_id, form_a())
    other = await city.registers()
    refused = await told(city.sends(f"/clients/{other['id']}/external-ids", external_id), 409)
    assert refused.document["client_id"] == client["id"]
    clash = {"external_id": external_id, "record": form_a(identity=other["identity"] | {"other_identifier": None})}
    refused = await told(city.sends("/clients/upsert", clash), 409)
    assert refused.unmet == ["identifier.second-code"]


async def test_a_key_is_linked_and_unlinked_by_hand(city: Agency) -> None:
    client, external_id = await city.registers(), key()
    path = f"/clients/{client['id']}/external-ids"
    linked = await city.sends(path, external_id)
    assert await city.sends(path, external_id) == linked
    assert await keys_of(city, client) == [linked]
    gone = await city.http.delete(f"/api/v1{path}/{linked['id']}", headers={"If-Match": version_of(client)})
    assert gone.status_code == 204
    assert await keys_of(city, client) == []
    again = city.sends(f"{path}/{linked['id']}", method="DELETE", If_Match=version_of(client))
    assert (await told(again, 404)).code == "external-id-not-found"


async def test_the_keys_of_one_agency_are_no_business_of_another(city: Agency, fund: Agency) -> None:
    external_id = key()
    _, client = await upserted(city, external_id, form_a())
    await fund.opens_case(client["id"])
    assert await keys_of(fund, client) == []
    (linked,) = await keys_of(city, client)
    path = f"/clients/{client['id']}/external-ids/{linked['id']}"
    call = fund.sends(path, method="DELETE", If_Match=version_of(client))
    assert (await told(call, 404)).code == "external-id-not-found"
    status, other = await upserted(fund, external_id, form_a())
    assert (status, other["id"] != client["id"]) == (201, True)


@pytest.mark.parametrize("value", ["36805280109", "EE36805280109", "36805280109-1", "klient 36805280109", ""])
async def test_a_key_that_may_be_a_personal_code_is_refused(city: Agency, value: str) -> None:
    call = city.sends("/clients/upsert", {"external_id": {"system": "star", "value": value}, "record": form_a()})
    assert (await told(call, 422)).pointers == ["/external_id/value"]


async def test_the_same_person_sent_twice_at_once_is_one_record(city: Agency) -> None:
    external_id, form = key(), form_a()
    answers = await asyncio.gather(*(upserted(city, external_id, form) for _ in range(4)))
    assert sorted(status for status, _ in answers) == [200, 200, 200, 201]
    assert len({client["id"] for _, client in answers}) == 1
