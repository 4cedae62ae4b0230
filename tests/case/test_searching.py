"""Looking for a person before registering one: masked hits, nobody leafed through, every hit logged."""

from datetime import date, timedelta
from typing import Any
from zlib import crc32

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


async def test_no_more_than_ten_are_shown_and_each_of_them_is_logged(
    city: Agency, fund: Agency, callers: Callers
) -> None:
    last_name, born = f"Kask{new_id()}", date(1966, 6, 6)
    for _ in range(11):
        await city.registers(named(last_name, born))
    found = await fund.sends("/clients/search", {"last_name": last_name, "date_of_birth": "1966-06-06"})
    assert (len(found["items"]), found["more"]) == (10, True)
    for hit in found["items"]:
        newest = (await callers.person(hit["client_id"]).who_looked(hit["client_id"]))[0]
        assert (newest["agency"], newest["action"]) == ("unemployment-fund", "search")


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
        {"last_name_begins": "Tam"},
        {"last_name_begins": "Ta", "birth_year": 1980},
        {"last_name_begins": "T-a", "birth_year": 1980},
        {"last_name_begins": "Tam", "first_name_begins": "A"},
        {"first_name_begins": "Anna", "birth_year": 1980},
        {"last_name_begins": "%%%", "birth_year": 1980},
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


@pytest.mark.parametrize(
    ("registered", "wanted"),
    [
        ("Õunapuu", "Ounapuu"),
        ("Štšerbakova", "Щербакова"),
        ("Щербакова", "Shcherbakova"),
        ("Müller", "Mueller"),
        ("Tamm-Kask", "kask"),
        ("Tamm Kask", "Tamm-Kask"),
    ],
)
async def test_a_name_is_found_in_whatever_spelling(
    city: Agency, fund: Agency, registered: str, wanted: str, request: pytest.FixtureRequest
) -> None:
    born = a_birthday_for(request.node.name)
    client = await city.registers(named(registered, born))
    hits = await fund.looks_for(last_name=wanted, date_of_birth=born.isoformat())
    assert [hit["client_id"] for hit in hits] == [client["id"]]


def a_birthday_for(test: str) -> date:
    """A day on which nobody of any other test was born."""
    return date(1850, 1, 1) + timedelta(days=crc32(test.encode()) % 18_000)


BEGINNINGS: list[dict[str, Any]] = [
    {"last_name_begins": "Žurav", "birth_year": 1951},
    {"last_name_begins": "ZUR", "birth_year": 1951},
    {"last_name_begins": "Журав", "birth_year": 1951},
    {"last_name_begins": "Zura", "first_name_begins": "Ül"},
    {"last_name_begins": "Zura", "first_name_begins": "ul", "birth_year": 1951},
]


@pytest.mark.parametrize("wanted", BEGINNINGS)
async def test_a_person_is_found_by_how_the_names_begin(city: Agency, fund: Agency, wanted: dict[str, Any]) -> None:
    client = await city.registers(named("Žuravljova", date(1951, 5, 6), first_name="Ülle"))
    other_year = await city.registers(named("Žuravljova", date(1952, 5, 6), first_name="Anna"))
    other_name = await city.registers(named("Turav", date(1951, 5, 6), first_name="Ülle"))
    found = {hit["client_id"] for hit in await fund.looks_for(**wanted)}
    assert client["id"] in found
    assert not found & {other_year["id"], other_name["id"]}


async def test_a_former_name_leads_to_the_person_as_they_are_called_now(city: Agency, fund: Agency) -> None:
    born = a_birthday_for("a former name")
    client = await city.registers(named("Kadakas", born))
    await city.changes(client, identity={"first_name": "Anna Maria", "last_name": "Pihlakas"})
    for last_name in ("Kadakas", "Pihlakas"):
        [hit] = await fund.looks_for(last_name=last_name, date_of_birth=born.isoformat())
        assert (hit["client_id"], hit["name"]) == (client["id"], "A. M. P.")
        [hit] = await fund.looks_for(last_name_begins=last_name, birth_year=born.year)
        assert hit["client_id"] == client["id"]
