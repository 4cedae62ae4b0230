"""Whose a personal code is, told to the gateway alone, which asks on behalf of that person."""

import pytest

from shared.actor import Role
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.people import form_a, personal_code

BY_CODE = "/internal/clients/by-code"


async def test_a_code_leads_to_its_client_and_leaves_no_entry(city: Agency, callers: Callers) -> None:
    form = form_a()
    client = await city.registers(form)
    asked = {"personal_code": form["identity"]["personal_code"]}
    answer = await callers.sidus("gateway").http.post(BY_CODE, json=asked)
    assert answer.json() == {"client_id": client["id"]}
    assert len(await callers.person(client["id"]).who_looked(client["id"])) == 1


async def test_a_code_that_nobody_has_leads_nowhere(callers: Callers) -> None:
    answer = await callers.sidus("gateway").http.post(BY_CODE, json={"personal_code": personal_code()})
    assert (answer.status_code, answer.json()) == (200, {"client_id": None})


@pytest.mark.parametrize("role", [Role.CASE_MANAGER, Role.DATA_PROTECTION_OFFICER, Role.TRACKER, Role.PERSON])
async def test_nobody_else_is_told_whose_a_code_is(callers: Callers, role: Role) -> None:
    answer = await callers.agency("tamme", role).http.post(BY_CODE, json={"personal_code": personal_code()})
    assert answer.status_code == 403
