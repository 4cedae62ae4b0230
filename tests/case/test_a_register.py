"""The invented register that large tests stand on: possible, plausible, and the same each time."""

import asyncpg

from services.case.clients.schemas import ClientForm
from shared.actor import Role
from tests.case.conftest import Callers
from tests.support.register import DAYS, fill, forms
from tests.support.service import Running


def test_the_same_seed_invents_the_same_people_and_another_seed_others() -> None:
    assert list(forms(50, seed=1)) == list(forms(50, seed=1))
    assert list(forms(50, seed=1)) != list(forms(50, seed=2))


def test_every_form_can_be_registered() -> None:
    assert all(ClientForm.model_validate(form) for form in forms(500))


def test_no_two_people_share_a_code() -> None:
    count = DAYS + 500
    assert len({form["identity"]["personal_code"] for form in forms(count)}) == count


async def test_people_who_were_filled_in_are_found_and_read(
    case: Running, callers: Callers, case_database: str
) -> None:
    await fill(case_database, 20, agency="filled-in", seed=7)
    agency = callers.agency("filled-in", Role.REGISTRAR)
    for form in forms(20, seed=7):
        hit, *more = await agency.looks_for(personal_code=form["identity"]["personal_code"])
        client = await agency.reads(hit["client_id"])
        assert not more
        assert form["identity"].items() <= client["identity"].items()


async def test_names_are_found_as_they_are_looked_for(case: Running, callers: Callers, case_database: str) -> None:
    await fill(case_database, 5, seed=8)
    agency = callers.agency("tamme")
    for form in forms(5, seed=8):
        [person] = await agency.looks_for(personal_code=form["identity"]["personal_code"])
        born = (await agency.reads(person["client_id"]))["identity"]["date_of_birth"]
        name = form["identity"]["last_name"].upper()
        assert person in await agency.looks_for(last_name=name, date_of_birth=born)


async def test_tables_know_how_many_they_hold_when_they_are_filled(case_database: str) -> None:
    await fill(case_database, 10, seed=9)
    connection = await asyncpg.connect(case_database)
    try:
        assert await connection.fetchval("SELECT reltuples > 0 FROM pg_class WHERE relname = 'client_identity'")
    finally:
        await connection.close()
