"""What cannot be form A, or any other body, is answered with a problem, leaves nothing behind and is told nowhere."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.http.limits import MOST_BYTES
from tests.scenario.canary import CANARY, CODE, SOMEBODY, Sender, about_the_canary
from tests.support.caller import API

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(f'{{"identity": {{"first_name": "{CANARY}'.encode(), 400, id="cut off"),
        pytest.param(f'{{"{CANARY}": "\xff"}}'.encode("latin-1"), 400, id="not UTF-8"),
        pytest.param(b"[" * 200_000, 400, id="nested without end"),
        pytest.param(b'{"identity":' + b"[" * 50_000 + b"]" * 50_000 + b"}", 400, id="nested deeply"),
        pytest.param(b'{"identity": ' + b"9" * 6000 + b"}", 400, id="an endless number"),
        pytest.param(b"", 422, id="empty"),
        pytest.param(b"null", 422, id="null"),
        pytest.param(f'["{CANARY}"]'.encode(), 422, id="a list"),
        pytest.param(f'"{CANARY}"'.encode(), 422, id="a text"),
        pytest.param(b'{"identity": NaN}', 422, id="not a number"),
        pytest.param(b'{"identity": 1e999}', 422, id="infinity"),
        pytest.param(b'{"\\ud800": 1}', 422, id="a lone surrogate as a name"),
        pytest.param(f"first_name={CANARY}".encode(), 400, id="a form"),
    ],
)
async def test_a_body_that_is_no_form_a_is_refused(sender: Sender, body: bytes, status: int) -> None:
    told = await sender.sends("POST", f"{API}/clients", content=body, headers=JSON)

    assert (told.status, told.code) == (status, {400: "malformed", 422: "invalid"}[status])


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/identity", CANARY),
        ("/identity", [CODE]),
        ("/identity/first_name", 5),
        ("/identity/first_name", {"first": CANARY}),
        ("/identity/first_name", f"{CANARY}\0"),
        ("/identity/first_name", f"\ud800{CANARY}"),
        ("/identity/last_name", f"{CANARY}\udfff"),
        ("/identity/last_name", CANARY * 20),
        ("/identity/last_name", " "),
        ("/identity/personal_code", CODE[:10] + str((int(CODE[10]) + 1) % 10)),
        ("/identity/personal_code", CODE[:10]),
        ("/identity/personal_code", f"{CODE}0"),
        ("/identity/personal_code", "30002300000"),
        ("/identity/personal_code", "99912310000"),
        ("/identity/personal_code", f"{CODE[:10]}x"),
        ("/identity/personal_code", f"{CODE[:10]}\0"),
        ("/identity/personal_code", "\ud800"),
        ("/identity/personal_code", int(CODE)),
        ("/identity/personal_code", [CODE]),
        ("/identity/date_of_birth", "1980-02-30"),
        ("/identity/date_of_birth", "0001-01-01"),
        ("/identity/date_of_birth", "9999-12-31"),
        ("/identity/citizenship", CANARY),
        ("/identity/document_number", f"{CODE}\0"),
        ("/identity/nickname", CANARY),
        ("/contact/email", f"{CANARY}@twice@example.org"),
        ("/contact/email", f"{CANARY}\0@example.org"),
        ("/contact/phone", f"call {CODE}"),
        ("/contact/preferred_language", "\0"),
        ("/social/statuses", ["unemployed", "unemployed"]),
        ("/social/statuses", CANARY),
        ("/health/incapacity_percent", 101),
        ("/health/incapacity_percent", 10**100),
        ("/health/incapacity_percent", CANARY),
        ("/relations", {"name": CANARY}),
        ("/relations", [{}] * 40),
        ("/owner_agency", "probation"),
    ],
)
async def test_a_field_that_cannot_be_is_pointed_at(sender: Sender, pointer: str, value: Any) -> None:
    body = json.dumps(about_the_canary(pointer, value)).encode()

    told = await sender.sends("POST", f"{API}/clients", content=body, headers=JSON)

    assert (told.status, told.code) == (422, "invalid")
    assert any(found.startswith(pointer) for found in told.pointers), told.document


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/notices", {"received_on": "0001-01-01", "manner": "phone", "description": CANARY}, "/received_on"),
        ("/clients/search", {"last_name": CANARY}, ""),
        ("/clients/search", {"personal_code": f"{CODE[:10]}x"}, "/personal_code"),
        ("/clients/search", {"last_name": f"{CANARY}\0", "date_of_birth": "1980-01-01"}, "/last_name"),
        ("/assessments", {"client_id": CODE, "instrument": "initial-mapping", "kind": "initial"}, "/client_id"),
        ("/maps", {"client_id": SOMEBODY, "drawn_on": "9999-12-31", "drawn_by": "client", "members": []}, "/drawn_on"),
        ("/triggers/simulation", {"occurred_at": "9999-12-31T23:59:59-14:00", "nature": "voluntary"}, "/occurred_at"),
    ],
)
async def test_every_service_points_at_what_is_wrong(
    sender: Sender, path: str, body: dict[str, Any], pointer: str
) -> None:
    told = await sender.sends("POST", API + path, json=body)

    assert (told.status, told.code) == (422, "invalid")
    assert pointer in told.pointers


@pytest.mark.parametrize("path", ["/clients", "/assessments", "/maps", "/triggers/simulation"])
@pytest.mark.parametrize("chunked", [False, True], ids=["of said length", "in chunks"])
async def test_ten_megabytes_are_too_many(sender: Sender, path: str, chunked: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield CANARY.encode() * (MOST_BYTES // len(CANARY))

    body = chunks() if chunked else CANARY.encode() * (10 * MOST_BYTES // len(CANARY))

    told = await sender.sends("POST", API + path, content=body, headers=JSON)

    assert (told.status, told.code) == (413, "too-large")
