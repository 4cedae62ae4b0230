"""What cannot be before it has been is refused where it stands, by hand, by upsert and in a register."""

from datetime import date, timedelta
from typing import Any

from shared.actor import Role
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.people import form_a, personal_code
from tests.support.registrar import Registrar

UNBORN = personal_code(date(2090, 1, 1))
BY_CODE = ["/identity/date_of_birth", "/identity/personal_code"]


def born(day: date) -> dict[str, Any]:
    """The form of somebody without a code who says to be born on a day."""
    names = {name: form_a()["identity"][name] for name in ("first_name", "last_name")}
    known_as = {"kind": "temporary_number"}
    return form_a(identity=names | {"date_of_birth": str(day), "other_identifier": known_as})


def assessed(day: date) -> dict[str, Any]:
    """The form of somebody who was assessed on a day."""
    return form_a(earlier_assessments=[{"kind": "care_need"}, {"kind": "other", "made_on": str(day)}])


def coded() -> dict[str, Any]:
    """The form of somebody whose code tells a date of birth to come."""
    return form_a(identity=form_a()["identity"] | {"personal_code": UNBORN})


async def test_a_person_is_registered_on_the_day_of_birth_and_not_before(city: Agency, today: date) -> None:
    assert (await city.registers(born(today)))["identity"]["date_of_birth"] == str(today)
    refused = await told(city.registers(born(today + timedelta(days=1))), 422)
    assert (refused.code, refused.pointers) == ("invalid", ["/identity/date_of_birth"])


async def test_a_code_of_somebody_unborn_is_refused(city: Agency) -> None:
    assert sorted((await told(city.registers(coded()), 422)).pointers) == BY_CODE
    client = await city.registers(born(date(1990, 4, 5)))
    added = city.adds(client, "identifiers", kind="personal_code", value=UNBORN)
    assert (await told(added, 422)).pointers == ["/value"]


async def test_nobody_has_been_assessed_on_a_day_to_come(city: Agency, today: date) -> None:
    tomorrow = today + timedelta(days=1)
    client = await city.registers(assessed(today))
    refused = await told(city.registers(assessed(tomorrow)), 422)
    assert refused.pointers == ["/earlier_assessments/1/made_on"]
    facts = {"kind": "care_need", "made_on": str(tomorrow)}
    assert (await told(city.adds(client, "earlier-assessments", **facts), 422)).pointers == ["/made_on"]
    part = client["earlier_assessments"][0]["id"]
    assert (await told(city.corrects(client, "earlier-assessments", part, **facts), 422)).pointers == ["/made_on"]


async def test_a_change_and_a_claim_are_held_to_the_same(city: Agency, today: date, callers: Callers) -> None:
    client, tomorrow = await city.registers(born(date(1990, 4, 5))), str(today + timedelta(days=1))
    identity = {name: client["identity"][name] for name in ("first_name", "last_name")} | {"date_of_birth": tomorrow}
    assert (await told(city.changes(client, identity=identity), 422)).pointers == ["/identity/date_of_birth"]
    claimed = callers.person(client["id"]).asks_to_put_right(client["id"], "identity", date_of_birth=tomorrow)
    assert (await told(claimed, 422)).pointers == ["/claimed/date_of_birth"]


async def test_a_system_that_keeps_records_in_step_is_told_where_it_stands(city: Agency, today: date) -> None:
    form = {"external_id": {"system": "star", "value": "K-1"}, "record": born(today + timedelta(days=1))}
    assert (await told(city.sends("/clients/upsert", form), 422)).pointers == ["/record/identity/date_of_birth"]


async def test_a_row_of_a_register_is_held_to_the_same(callers: Callers, today: date) -> None:
    registrar = Registrar(callers.agency("tamme", Role.REGISTRAR).http, "tamme")
    tomorrow = today + timedelta(days=1)
    rows = await registrar.imports([born(today), born(tomorrow), coded(), assessed(tomorrow)])
    assert [row["outcome"] for row in rows] == ["created", "refused", "refused", "refused"]
    assert [sorted(error["pointer"] for error in row["errors"]) for row in rows] == [
        [],
        ["/identity/date_of_birth"],
        BY_CODE,
        ["/earlier_assessments/1/made_on"],
    ]


async def test_no_notice_was_received_on_a_day_to_come(city: Agency, today: date) -> None:
    assert (await told(city.takes_notice(today + timedelta(days=1)), 422)).pointers == ["/received_on"]
