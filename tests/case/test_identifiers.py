"""What a client is known by: codes are added, replaced and ended, and what was replaced still leads to the record."""

from datetime import date
from typing import Any

import pytest

from services.case.identifiers.rules import tells_personal_code
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told, version_of
from tests.support.people import form_a, personal_code


def without_code(**other: Any) -> dict[str, Any]:
    """The form of somebody without a personal code, whom Sidus gives a number unless they have something else."""
    known_as = {"kind": "temporary_number"} | other
    return form_a(identity={"first_name": "Ilze", "last_name": "Paraugs", "other_identifier": known_as})


def foreign() -> dict[str, str]:
    """A code of another country."""
    return {"kind": "foreign_code", "country": "LV", "value": f"LV-{new_id()}"}


async def identifiers_of(agency: Agency, client: dict[str, Any]) -> list[dict[str, Any]]:
    """What the client is and was known by, last recorded first."""
    return list((await agency.asks(f"/clients/{client['id']}/identifiers"))["items"])


async def test_who_has_no_code_is_given_a_number_that_can_be_none(city: Agency) -> None:
    one, other = await city.registers(without_code()), await city.registers(without_code())
    numbers = [client["identity"]["other_identifier"]["value"] for client in (one, other)]
    assert len(set(numbers)) == 2
    assert not any(tells_personal_code(number) for number in numbers)
    known_as = {"kind": "temporary_number", "country": "EE", "value": numbers[0]}
    assert [hit["client_id"] for hit in await city.looks_for(other_identifier=known_as)] == [one["id"]]


async def test_a_number_is_replaced_by_a_code_and_still_leads_to_the_record(city: Agency, fund: Agency) -> None:
    client = await city.registers(without_code(value=f"T-{new_id()}"))
    number = client["identity"]["other_identifier"]
    born, code = date(1990, 5, 6), personal_code(date(1990, 5, 6))
    (temporary,) = await identifiers_of(city, client)
    changed = await city.adds(client, "identifiers", kind="personal_code", value=code, replaces=temporary["id"])
    assert (changed["identity"]["personal_code"], changed["identity"]["other_identifier"]) == (code, None)
    assert changed["identity"]["date_of_birth"] == born.isoformat()
    assert changed["version"] > client["version"]
    assert await city.reads(client["id"]) == changed

    present, former = await identifiers_of(city, client)
    assert (former["id"], former["ended_as"], former["replaced_by"]) == (temporary["id"], "replaced", present["id"])
    assert former["ended_by"]["officer"] == "tamme.officer"
    for known_as in ({"other_identifier": number}, {"personal_code": code}):
        assert [hit["client_id"] for hit in await fund.looks_for(**known_as)] == [client["id"]]
    again = await told(fund.registers(without_code(**number)), 409)
    assert (again.code, again.document["client_id"]) == ("client-exists", client["id"])
    history = await city.history_of(client["id"], "/identity/date_of_birth")
    assert [one["value"] for one in history] == [born.isoformat()]


async def test_a_code_that_is_somebody_elses_is_refused_with_that_record(city: Agency, fund: Agency) -> None:
    other, client = await fund.registers(), await city.registers(without_code())
    code = other["identity"]["personal_code"]
    refused = await told(city.adds(client, "identifiers", kind="personal_code", value=code), 409)
    assert (refused.code, refused.document["client_id"]) == ("client-exists", other["id"])
    assert refused.headers["Location"] == f"/api/v1/clients/{other['id']}"
    assert await city.reads(client["id"]) == client


async def test_a_code_that_never_was_the_clients_leads_to_the_record_no_more(city: Agency) -> None:
    client = await city.registers()
    wrong, right = client["identity"]["personal_code"], personal_code()
    (first,) = await identifiers_of(city, client)
    replacing = {"kind": "personal_code", "value": right, "replaces": first["id"], "replaced_as": "wrong"}
    changed = await city.adds(client, "identifiers", **replacing)
    assert changed["identity"]["personal_code"] == right
    assert await city.looks_for(personal_code=wrong) == []
    owner = await city.registers(form_a(identity={"first_name": "A", "last_name": "B", "personal_code": wrong}))
    assert owner["id"] != client["id"]
    assert [one["ended_as"] for one in await identifiers_of(city, client)] == [None, "wrong"]


async def test_a_client_is_known_by_several_things(city: Agency) -> None:
    client = await city.registers()
    code = foreign()
    changed = await city.adds(client, "identifiers", **code)
    assert changed["identity"]["other_identifier"] == code
    assert changed["identity"]["personal_code"] == client["identity"]["personal_code"]
    newest = (await identifiers_of(city, client))[0]
    expired = {"ended_as": "expired"}
    path = f"/clients/{client['id']}/identifiers/{newest['id']}/ending"
    ended = await city.sends(path, expired)
    assert ended["identity"] == client["identity"]
    assert ended["version"] > changed["version"]
    assert [hit["client_id"] for hit in await city.looks_for(other_identifier=code)] == [client["id"]]
    assert (await told(city.sends(path, expired), 409)).unmet == ["identifier.not-in-force"]


async def test_a_record_is_never_left_without_an_identifier(city: Agency) -> None:
    client = await city.registers()
    (only,) = await identifiers_of(city, client)
    refused = await told(
        city.sends(f"/clients/{client['id']}/identifiers/{only['id']}/ending", {"ended_as": "wrong"}), 409
    )
    assert (refused.code, refused.unmet) == ("identifier-refused", ["identifier.last-one"])
    assert await city.reads(client["id"]) == client


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"kind": "personal_code", "value": "36805280108"}, "/value"),
        ({"kind": "personal_code"}, "/value"),
        ({"kind": "personal_code", "country": "LV", "value": "36805280109"}, "/value"),
        ({"kind": "foreign_code", "country": "LV"}, "/value"),
        ({"kind": "foreign_code", "value": "1"}, "/value"),
        ({"kind": "temporary_number", "value": "nr 36805280109"}, "/value"),
        ({"kind": "nickname", "value": "Anu"}, "/kind"),
    ],
)
async def test_what_cannot_be_of_its_kind_is_refused_at_its_place(
    city: Agency, form: dict[str, Any], pointer: str
) -> None:
    client = await city.registers()
    assert (await told(city.adds(client, "identifiers", **form), 422)).pointers == [pointer]


async def test_a_second_code_and_what_is_known_already_are_refused(city: Agency) -> None:
    client = await city.registers()
    second = {"kind": "personal_code", "value": personal_code()}
    assert (await told(city.adds(client, "identifiers", **second), 409)).unmet == ["identifier.second-code"]
    same = {"kind": "personal_code", "value": client["identity"]["personal_code"]}
    refused = await told(city.adds(client, "identifiers", **same), 409)
    assert refused.unmet == ["identifier.known-already", "identifier.second-code"]


async def test_an_agency_with_a_case_replaces_a_number_and_one_that_only_reads_does_not(
    city: Agency, fund: Agency, board: Agency, today: date
) -> None:
    client = await city.registers(without_code())
    (number,) = await identifiers_of(city, client)
    replacing = {"kind": "personal_code", "value": personal_code(), "replaces": number["id"]}
    await city.opens_case(client["id"])
    await city.records_consent(client["id"], to=board.code, categories=("identity",), signed=today)
    refused = await told(board.adds(client, "identifiers", **replacing), 409)
    assert (refused.code, refused.unmet) == ("change-refused", ["client.for-reading-only"])
    await fund.opens_case(client["id"])
    assert (await fund.adds(client, "identifiers", **replacing))["identity"]["personal_code"] == replacing["value"]
    assert (await city.sources_of(client["id"]))["/identity/personal_code"]["agency"] == fund.code


async def test_an_identifier_is_changed_by_who_has_seen_the_newest_version(city: Agency) -> None:
    client = await city.registers()
    changed = await city.adds(client, "identifiers", **foreign())
    assert (await told(city.adds(client, "identifiers", **foreign()), 412)).document["current"] == changed


async def test_what_is_not_an_identifier_of_the_client_is_not_found(city: Agency, fund: Agency) -> None:
    client, other = await city.registers(), await city.registers()
    (only,) = await identifiers_of(city, other)
    path = f"/clients/{client['id']}/identifiers/{only['id']}/ending"
    assert (await told(city.sends(path, {"ended_as": "wrong"}), 404)).code == "identifier-not-found"
    assert (await told(fund.asks(f"/clients/{client['id']}/identifiers"), 404)).code == "client-not-found"
    replacing = foreign() | {"replaces": only["id"]}
    assert (await told(city.adds(client, "identifiers", **replacing), 409)).unmet == ["identifier.not-in-force"]


async def test_the_log_of_a_person_tells_who_tried_their_code_for_another(
    city: Agency, fund: Agency, callers: Callers
) -> None:
    other, client = await fund.registers(), await city.registers(without_code())
    code = {"kind": "personal_code", "value": other["identity"]["personal_code"]}
    await told(city.adds(client, "identifiers", **code), 409)
    newest = (await callers.person(other["id"]).who_looked(other["id"]))[0]
    assert (newest["agency"], newest["operation"], newest["action"]) == ("tamme", "add_identifier", "search")


async def test_another_spelling_of_a_code_leads_to_the_same_record(city: Agency, fund: Agency) -> None:
    tail = str(new_id().int % 10**5).zfill(5)
    given, spellings = f"010180-{tail}", (f"010180{tail}", f"010180 {tail}", f"010180\u2011{tail}")
    client = await city.registers(without_code(kind="foreign_code", country="LV", value=given))
    assert client["identity"]["other_identifier"]["value"] == given
    for spelling in spellings:
        known_as = {"kind": "foreign_code", "country": "LV", "value": spelling}
        assert [hit["client_id"] for hit in await fund.looks_for(other_identifier=known_as)] == [client["id"]]
        again = await told(fund.registers(without_code(**known_as)), 409)
        assert (again.code, again.document["client_id"]) == ("client-exists", client["id"])
        added = await told(city.adds(client, "identifiers", **known_as), 409)
        assert (added.code, added.unmet) == ("identifier-refused", ["identifier.known-already"])


async def test_the_person_reads_by_what_they_are_known(city: Agency, callers: Callers) -> None:
    client, other = await city.registers(), await city.registers()
    person = callers.person(client["id"])
    read = (await person.asks(f"/clients/{client['id']}/identifiers"))["items"]
    assert read == await identifiers_of(city, client)
    assert (await told(person.asks(f"/clients/{other['id']}/identifiers"), 404)).code == "client-not-found"
    refused = person.sends(f"/clients/{client['id']}/identifiers", foreign(), If_Match=version_of(client))
    assert (await told(refused, 403)).code == "forbidden"
