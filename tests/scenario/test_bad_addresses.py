"""Headers, addresses and methods that should never be sent from outside."""

import pytest

from tests.scenario.canary import CANARY, CODE, SOMEBODY, Sender
from tests.support.caller import API

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("X-Road-Client", "headers-not-accepted"),
        ("X-Road-UserId", "headers-not-accepted"),
        ("X-Road-Represented-Party", "headers-not-accepted"),
        ("X-Internal-Actor", "headers-not-accepted"),
        ("Sidus-Actor", "headers-not-accepted"),
        ("Sidus-Case", "header-malformed"),
        ("Sidus-Legal-Code", "header-malformed"),
    ],
)
async def test_headers_of_the_inside_are_not_accepted_from_outside(sender: Sender, name: str, code: str) -> None:
    told = await sender.sends("GET", f"{API}/clients/{SOMEBODY}", headers={name: f"{CANARY} {CODE}"})

    assert (told.status, told.code, told.document["header"]) == (400, code, name.lower())


@pytest.mark.parametrize("headers", [{"X-Note": CANARY * 3000}, {f"X-{n}": CANARY * 20 for n in range(200)}])
async def test_headers_that_are_too_large_are_refused(sender: Sender, headers: dict[str, str]) -> None:
    told = await sender.sends("GET", f"{API}/clients/{SOMEBODY}", headers=headers)

    assert (told.status, told.code) == (431, "headers-too-large")


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (f"{API}/clients/../internal/clients/{SOMEBODY}/address", 400),
        (f"{API}/clients/%2e%2e/%2E%2E/internal/clients/{SOMEBODY}/address", 400),
        (f"{API}/clients/..%2f..%2finternal", 400),
        (f"{API}/clients//{SOMEBODY}", 400),
        (f"{API}/clients/%00", 400),
        (f"{API}/clients/%0d%0aX-Road-Client:x", 400),
        (f"{API}/clients/..\\{CANARY}", 400),
        (f"{API}/clients/%zz", 400),
        (f"{API}/clients/", 404),
        (f"{API}/clients;{CANARY}", 404),
        (f"/API/v1/clients/{SOMEBODY}", 404),
        (f"/internal/clients/{SOMEBODY}/address", 404),
        (f"{API}/../../internal/clients/{SOMEBODY}/address", 404),
        ("/..%2f..%2fetc%2fpasswd", 404),
        (f"/{CANARY}", 404),
        (f"{API}/{CANARY}", 404),
        (f"{API}/networks/{CANARY.lower()}", 404),
        (f"{API}/instruments/%ff%fe", 404),
        (f"{API}/clients/{CODE}", 422),
        (f"{API}/clients/'%20OR%201=1--", 422),
        (f"{API}/assessments?client_id='%20OR%20'1'='1", 422),
        (f"{API}/assessments?client_id=%00", 422),
        (f"{API}/triggers?case_id={SOMEBODY}&limit=1000000", 422),
        (f"{API}/triggers?case_id={SOMEBODY}&cursor=%00{CANARY}", 422),
        (f"{API}/clients/{SOMEBODY}/access-log?cursor={CANARY}", 422),
    ],
)
async def test_a_crooked_address_leads_nowhere(sender: Sender, target: str, status: int) -> None:
    told = await sender.sends("GET", "/", extensions={"target": target.encode("latin-1")})

    assert told.status == status


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "OPTIONS", "DELETE", "PUT"])
@pytest.mark.parametrize("path", [f"{API}/clients", f"{API}/assessments", "/health/live"])
async def test_a_method_that_is_not_known_is_refused(sender: Sender, method: str, path: str) -> None:
    told = await sender.sends(method, "/", extensions={"target": path.encode()})

    assert (told.status, told.code) == (405, "method-not-allowed")


async def test_what_looks_like_a_query_finds_nobody(sender: Sender) -> None:
    wanted = {"last_name": "' OR 1=1 --", "date_of_birth": "1980-01-01"}

    found = await sender.officer.post(f"{API}/clients/search", json=wanted)

    assert (found.status_code, found.json()) == (200, {"items": [], "more": False})
