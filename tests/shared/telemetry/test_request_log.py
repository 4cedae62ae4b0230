"""The line and the measurement that each request leaves: the route's template, never an id or what was typed."""

import json
from uuid import uuid4

import pytest
from prometheus_client import generate_latest

from shared.actor import Role
from tests.shared.conftest import Lines
from tests.shared.diary import SECRET
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

CODE = "49001010000"
ENTRY = "0190a000-0000-7000-8000-000000000003"
PATHS = {
    f"/api/v1/entries/{ENTRY}": "/api/v1/entries/{entry_id}",
    f"/api/v1/entries/{ENTRY.upper()}": "/api/v1/entries/{entry_id}",
    f"/api/v1/entries/{CODE}": "/api/v1/entries/{entry_id}",
    "/api/v1/entries/Mari%20Maasikas": "/api/v1/entries/{entry_id}",
    f"/api/v1/entries?client_id={ENTRY}&name=Mari%20Maasikas": "/api/v1/entries",
    f"/nowhere/{CODE}": "(unrouted)",
    f"/api/v1/entries/{ENTRY}/crash": "/api/v1/entries/{entry_id}/crash",
}


@pytest.mark.parametrize("path", PATHS)
async def test_a_request_is_logged_by_its_route(path: str, diary: Running, lines: Lines) -> None:
    async with diary.agency("tamme") as city:
        answer = await city.get(path, headers={"X-Request-Id": "from-the-caller"})
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert line["route"] == PATHS[path]
    assert (line["method"], line["status"], line["request_id"]) == ("GET", answer.status_code, "from-the-caller")
    assert answer.headers["X-Request-Id"] == "from-the-caller"
    assert line["ms"] >= 0


async def test_neither_lines_nor_figures_carry_ids_or_names(diary: Running, lines: Lines) -> None:
    async with diary.agency("tamme") as city:
        for path in PATHS:
            await city.get(path)
    told = [{name: text for name, text in line.items() if name not in ("request_id", "trace_id")} for line in lines()]
    for text in (json.dumps(told), generate_latest().decode()):
        for secret in (ENTRY, ENTRY.upper(), CODE, SECRET, "Mari%20Maasikas"):
            assert secret not in text


async def test_the_agency_is_logged_and_its_officer_is_not(diary: Running, lines: Lines) -> None:
    async with diary.calls(diary.actor("tamme", Role.REGISTRAR, officer="mari.maasikas")) as city:
        await city.get(f"/api/v1/entries/{ENTRY}")
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert line["agency"] == "tamme"
    assert "mari.maasikas" not in json.dumps(line)


@pytest.mark.parametrize("given", ["", "x" * 129, "Mari Maasikas", "a\tb", "õ"])
async def test_a_request_id_that_is_not_one_is_replaced(given: str, diary: Running) -> None:
    async with diary.agency("tamme") as city:
        answer = await city.get(f"/api/v1/entries/{ENTRY}", headers={b"X-Request-Id": given.encode()})
    assert answer.headers["X-Request-Id"] not in ("", given)
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


async def test_what_broke_is_found_in_the_log_by_the_request_id_of_the_answer(diary: Running, lines: Lines) -> None:
    request_id = str(uuid4())
    async with diary.agency("tamme") as city:
        answer = await city.post(f"/api/v1/entries/{ENTRY}/crash", headers={"X-Request-Id": request_id}, json=SECRET)
    assert answer.status_code == 500
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"] == request_id
    (line,) = [line for line in lines() if line["event"] == "failed"]
    assert (line["request_id"], line["error"]) == (request_id, "RuntimeError")
    assert any("crash" in place for place in line["places"])
    assert SECRET not in answer.text + json.dumps(lines())


@pytest.mark.parametrize("path", ["/health/live", "/metrics"])
async def test_watchers_leave_no_line(path: str, diary: Running, lines: Lines) -> None:
    async with diary.agency("tamme") as city:
        assert (await city.get(path)).status_code == 200
    assert lines() == []
