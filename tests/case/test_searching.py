"""Looking for a person before registering one: masked hits, nobody leafed through, every hit logged."""

from datetime import date
from typing import Any

import pytest

from shared.ids import new_id
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.people import form_a, personal_code


def named(last_name: str, born: date, **more: Any) -> dict[str, Any]:
    """The form of somebody of a name and date of birth."""
    identity = {"first_name": "Anna Maria", "last_name": last_name, "personal_code": personal_code(born)}
    return form_a(identity=identity | more)


async def test_a_person_is_found_by_code_and_shown_masked(city: Agency, fund: Agency) -> None:
    form = named("Tamm-Kask", date(1981, 2, 3))
    client = await city.registers(form)
    hits = await fund.looks_for(personal_code=form["identity"]["personal_code"])
    assert hits == [{"client_id": client["id"], "name": "A. M. T. K.", "birth_year": 1981}]


async def test_a_person_is_found_by_another_identifier(city: Agency, fund: Agency) -> None:
    known_as = {"kind": "temporary_number", "country": "EE", "value": str(new_id())}
    form = form_a(identity={"first_name": "Ilze", "last_name": "Paraugs", "other_identifier": known_as})
    client = await city.registers(form)
    assert await fund.looks_for(other_identifier=known_as) == [
        {"client_id": client["id"], "name": "I. P.", "birth_year": None}
    ]
    assert await fund.looks_for(other_identifier=known_as | {"country": "LV"}) == []
    assert await fund.looks_for(other_identifier=known_as | {"kind": "foreign_code"}) == []


async def test_people_of_one_name_and_birth_date_are_all_found_in_any_spelling_of_case(
    city: Agency, fund: Agency
) -> None:
    last_name, born = f"Õunapuu{new_id()}", date(1977, 7, 7)
    clients = {(await city.registers(named(last_name, born)))["id"] for _ in range(3)}
    await city.registers(named(last_name, date(1977, 7, 8)))
    hits = await fund.looks_for(last_name=last_name.upper(), date_of_birth="1977-07-07")
    assert {hit["client_id"] for hit in hits} == clients


async def test_no_more_than_ten_are_shown(city: Agency, fund: Agency) -> None:
    last_name, born = f"Kask{new_id()}", date(1966, 6, 6)
    for _ in range(11):
        await city.registers(named(last_name, born))
    assert len(await fund.looks_for(last_name=last_name, date_of_birth="1966-06-06")) == 10


async def test_nobody_is_found_who_is_not_there(fund: Agency) -> None:
    assert await fund.looks_for(personal_code=personal_code()) == []


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"last_name": "Tamm"},
        {"date_of_birth": "1980-01-01"},
        {"first_name": "Anna", "date_of_birth": "1980-01-01"},
        {"personal_code": "36805280108"},
        {"last_name": "", "date_of_birth": "1980-01-01"},
    ],
)
async def test_a_search_that_would_leaf_through_people_is_refused(fund: Agency, wanted: dict[str, Any]) -> None:
    assert (await told(fund.looks_for(**wanted), 422)).code == "invalid"


async def test_a_hit_leaves_an_entry_in_the_persons_log(city: Agency, fund: Agency, callers: Callers) -> None:
    form = form_a()
    client = await city.registers(form)
    await fund.looks_for(personal_code=form["identity"]["personal_code"])
    newest = (await callers.person(client["id"]).who_looked(client["id"]))[0]
    assert (newest["agency"], newest["action"], newest["ground"]) == ("unemployment-fund", "search", "existence")
    assert newest["categories"] == ["identity"]
