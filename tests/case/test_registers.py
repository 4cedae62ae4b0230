"""Looking a client up in the population register: for a case, for a purpose, logged, and kept nowhere."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from deploy.embedded.ports import free_port
from deploy.sandbox.register import NOBODY, address_of, app
from services.case.registers import rules
from tests.case.conftest import Callers
from tests.case.unmet import codes
from tests.gateway.world import served
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.people import form_a
from tests.support.service import Running
from tests.support.stored import rows_of

URL = "SIDUS_POPULATION_REGISTER_URL"


@pytest.fixture
async def register(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The stand-in register, connected."""
    async with served(app) as address:
        monkeypatch.setenv(URL, address)
        yield


@pytest.fixture
def officer(callers: Callers) -> Agency:
    """A case manager who says what for."""
    return callers.agency("tamme", purpose="subsistence-benefit")


def code_of(client: dict[str, Any]) -> str:
    return str(client["identity"]["personal_code"])


@pytest.mark.usefixtures("register")
async def test_an_officer_with_a_case_is_shown_the_address(callers: Callers, officer: Agency) -> None:
    client = await officer.registers()
    await officer.opens_case(client["id"])

    response = await officer.http.post(f"/api/v1/clients/{client['id']}/register/address")

    assert response.json().items() >= address_of(code_of(client)).items()
    assert response.headers["cache-control"] == "no-store"
    entry = next(
        one for one in await callers.person(client["id"]).who_looked(client["id"]) if one["action"] == "look-up"
    )
    assert (entry["categories"], entry["purpose"]) == (["contact"], "subsistence-benefit")


@pytest.mark.usefixtures("register")
async def test_a_repeated_request_is_carried_out_again(case: Running, callers: Callers, officer: Agency) -> None:
    client = await officer.registers()
    await officer.opens_case(client["id"])
    before = await rows_of(case.runtime.engine, "idempotent_reply")

    for _ in range(2):
        headers = {"Idempotency-Key": "look-up-of-one-morning"}
        response = await officer.http.post(f"/api/v1/clients/{client['id']}/register/address", headers=headers)
        assert (response.status_code, "Idempotency-Replayed" in response.headers) == (200, False)

    assert await rows_of(case.runtime.engine, "idempotent_reply") == before
    assert [one["action"] for one in await callers.person(client["id"]).who_looked(client["id"])].count("look-up") == 2


@pytest.mark.usefixtures("register")
async def test_without_case_or_purpose_nothing_is_looked_up(officer: Agency, city: Agency) -> None:
    client = await city.registers()
    path = f"/clients/{client['id']}/register/address"
    assert (await told(officer.sends(path), 409)).unmet == ["look-up.no-open-case"]
    await city.opens_case(client["id"])
    assert (await told(city.sends(path), 409)).unmet == ["look-up.purpose-missing"]


@pytest.mark.usefixtures("register")
async def test_a_person_the_register_does_not_know_and_that_it_was_asked(callers: Callers, officer: Agency) -> None:
    form = form_a()
    client = await officer.registers(form | {"identity": form["identity"] | {"personal_code": NOBODY}})
    await officer.opens_case(client["id"])
    refusal = await told(officer.sends(f"/clients/{client['id']}/register/address"), 404)
    assert refusal.code == "not-in-register"
    assert "look-up" in [one["action"] for one in await callers.person(client["id"]).who_looked(client["id"])]


async def test_a_register_that_is_away_or_not_connected(officer: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await officer.registers()
    await officer.opens_case(client["id"])
    path = f"/clients/{client['id']}/register/address"
    assert (await told(officer.sends(path), 503)).code == "register-unavailable"
    port = free_port()
    monkeypatch.setenv(URL, f"http://127.0.0.1:{port}")
    assert (await told(officer.sends(path), 503)).code == "register-unavailable"


@pytest.mark.parametrize(
    ("case", "purpose", "code", "lacks"),
    [
        (True, "benefit", True, []),
        (False, "benefit", True, ["look-up.no-open-case"]),
        (True, None, True, ["look-up.purpose-missing"]),
        (True, "benefit", False, ["look-up.no-personal-code"]),
    ],
)
def test_when_a_register_may_be_looked_into(case: bool, purpose: str | None, code: bool, lacks: list[str]) -> None:
    assert codes(rules.look_up_unmet(has_open_case=case, purpose=purpose, has_personal_code=code)) == lacks
