"""Where a client is reached: asked for by another service at the moment of writing, and by nobody else."""

import pytest

from shared.actor import Role
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import Caller
from tests.support.people import form_a


async def asked(caller: Caller, client_id: str) -> int:
    """How the internal question for an address is answered."""
    return (await caller.http.post(f"/internal/clients/{client_id}/address")).status_code


async def test_a_service_is_told_where_the_client_is_reached_now(city: Agency, callers: Callers) -> None:
    client = await city.registers()
    wishes = {"preferred_language": "ru", "agreed_channels": ["email", "post"], "may_be_contacted": True}
    await city.changes(client, contact={"email": "moved@example.org"} | wishes)
    answer = await callers.sidus("feedback").http.post(f"/internal/clients/{client['id']}/address")
    assert answer.json() == {
        "email": "moved@example.org",
        "phone": None,
        "language": "ru",
        "agreed_channels": ["email", "post"],
        "may_be_contacted": True,
    }


async def test_of_whom_nobody_asked_a_service_is_told_so(city: Agency, callers: Callers) -> None:
    client = await city.registers(form_a(contact={}))
    told = (await callers.sidus("feedback").http.post(f"/internal/clients/{client['id']}/address")).json()
    assert (told["language"], told["agreed_channels"], told["may_be_contacted"]) == (None, [], None)


async def test_the_question_stands_in_the_persons_log(city: Agency, callers: Callers) -> None:
    client = await city.registers()
    assert await asked(callers.sidus("feedback"), client["id"]) == 200
    entry = (await callers.person(client["id"]).who_looked(client["id"]))[0]
    assert (entry["agency"], entry["officer"], entry["ground"]) == ("sidus", "feedback", "service")
    assert (entry["categories"], entry["purpose"]) == (["contact"], "survey")


async def test_an_address_of_nobody_is_not_found(callers: Callers) -> None:
    assert await asked(callers.sidus("feedback"), "0193a000-0000-7000-8000-000000000000") == 404


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SERVICE}))
async def test_nobody_but_a_service_is_told_an_address(city: Agency, callers: Callers, role: Role) -> None:
    client = await city.registers()
    assert await asked(callers.agency("tamme", role), client["id"]) == 403
    assert await asked(callers.person(client["id"]), client["id"]) == 403
