"""The gateway's own endpoints, its log, and how it starts."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from deploy.embedded.ports import free_port
from gateway.settings import Settings
from gateway.upstreams import SERVICES
from tests.gateway.conftest import Worlds
from tests.gateway.world import CLIENT, World, environment, problem
from tests.support.waiting import comes_true

ROOT = Path(__file__).parents[2]
ONE = f"/api/v1/clients/{CLIENT}"


async def test_the_sandbox_clock_is_moved_for_everybody(world: World) -> None:
    await world.asks("PUT", "/sandbox/clock", json={"offset_seconds": 60})
    moved = await world.asks("PUT", "/sandbox/clock", json={"advance": "PT2M"})
    shown = await world.asks("GET", "/sandbox/clock")

    assert moved.json()["offset_seconds"] == shown.json()["offset_seconds"] == 180
    assert float((world.state / "clock").read_text()) == 180
    assert world.runtime.clock.offset().total_seconds() == 180


async def test_a_token_expires_when_the_clock_is_moved_past_its_end(world: World) -> None:
    await world.asks("PUT", "/sandbox/clock", json={"advance": "P1D"})
    response = await world.asks("GET", ONE)

    assert (response.status_code, problem(response)) == (401, "token-expired")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"offset_seconds": 1, "advance": "PT1S"}, 422),
        ({"offset_seconds": "soon"}, 422),
        ({"advance": "tomorrow"}, 422),
        ({"advance": "P4000D"}, 422),
        ({"offset_seconds": 1, "colour": "blue"}, 422),
        ([], 422),
        ("{", 400),
    ],
)
async def test_a_clock_move_that_is_refused(world: World, body: Any, status: int) -> None:
    content = body if isinstance(body, str) else json.dumps(body)
    response = await world.asks("PUT", "/sandbox/clock", content=content, headers={"Content-Type": "application/json"})

    assert (response.status_code, problem(response)) == (status, "invalid" if status == 422 else "malformed")
    assert not (world.state / "clock").exists()


async def test_the_clock_goes_no_farther_than_ten_years_in_many_steps(world: World) -> None:
    await world.asks("PUT", "/sandbox/clock", json={"offset_seconds": -3650 * 86400})
    response = await world.asks("PUT", "/sandbox/clock", json={"advance": "-P1D"}, headers=await _fresh(world))

    assert (response.status_code, problem(response)) == (422, "invalid")


async def _fresh(world: World) -> dict[str, str]:
    world._tokens.clear()
    return {"Authorization": f"Bearer {await world.token()}"}


async def test_a_clock_that_follows_no_file_cannot_be_moved(worlds: Worlds) -> None:
    world = await worlds(SIDUS_CLOCK_FILE="")
    response = await world.asks("PUT", "/sandbox/clock", json={"offset_seconds": 1})

    assert (response.status_code, problem(response)) == (409, "clock-fixed")


async def test_the_clock_is_nobodys_to_move_without_a_token(world: World) -> None:
    response = await world.http.put("/sandbox/clock", json={"offset_seconds": 1})

    assert (response.status_code, problem(response)) == (401, "token-missing")


async def test_ready_names_what_is_degraded(worlds: Worlds) -> None:
    port = free_port()
    world = await worlds(urls={"feedback": f"http://127.0.0.1:{port}"})
    response = await world.http.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {
        "status": "degraded",
        "services": {"assessment": "ready", "case": "ready", "feedback": "down", "network": "ready"},
        "degraded": ["feedback"],
    }


async def test_without_keys_the_gateway_is_not_ready(worlds: Worlds) -> None:
    world = await worlds(SIDUS_SANDBOX_STATE="", SIDUS_ISSUER="x", SIDUS_JWKS_URL="http://127.0.0.1:1/jwks")
    unready = await world.http.get("/health/ready")
    live = await world.http.get("/health/live")
    refused = await world.http.get(ONE, headers={"Authorization": "Bearer eyJhbGciOiJFUzI1NiJ9.e30.eA"})

    assert (unready.status_code, unready.json()["status"], live.status_code) == (503, "unready", 200)
    assert (refused.status_code, problem(refused)) == (503, "keys-unavailable")


async def test_the_index_leads_to_what_there_is(world: World) -> None:
    index = (await world.http.get("/")).json()

    for name in ("docs", "openapi", "health"):
        assert (await world.http.get(index[name])).status_code == 200


async def test_figures_name_routes_and_no_ids(world: World) -> None:
    await comes_true(lambda: not world.runtime.documents.missing)
    await world.asks("GET", f"{ONE}?q=Anna")
    figures = (await world.http.get("/metrics")).text

    assert 'sidus_request_seconds_count{method="GET",route="/api/v1/clients/…",status="2xx"}' in figures
    assert CLIENT not in figures
    assert "Anna" not in figures


async def test_unknown_things_and_methods_are_problems_in_the_callers_language(world: World) -> None:
    unknown = await world.http.get("/nowhere", headers={"Accept-Language": "et"})
    method = await world.http.post("/docs", headers={"Accept-Language": "ru"})
    proxied = await world.http.get(ONE, headers={"Accept-Language": "et, en;q=0.1"})

    assert (unknown.status_code, problem(unknown)) == (404, "not-found")
    assert (method.status_code, problem(method)) == (405, "method-not-allowed")
    assert proxied.json()["title"] == "Pääsutõend puudub"
    assert [r.headers["content-language"] for r in (unknown, method, proxied)] == ["et", "ru", "et"]


async def test_the_request_id_is_kept_where_it_is_sound(world: World) -> None:
    given = await world.asks("GET", ONE, headers={"X-Request-Id": "a.b:c-1"})
    long = await world.asks("GET", ONE, headers={"X-Request-Id": "x" * 129})

    assert given.headers["x-request-id"] == world.case.received[0].headers["x-request-id"] == "a.b:c-1"
    assert long.headers["x-request-id"] == world.case.received[1].headers["x-request-id"]
    assert len(long.headers["x-request-id"]) == 36


async def test_the_log_tells_of_a_request_and_nothing_of_the_person(
    worlds: Worlds, capfd: pytest.CaptureFixture[str]
) -> None:
    world = await worlds()
    await comes_true(lambda: not world.runtime.documents.missing)
    person = {"given_name": "Konstantin", "personal_code": "38001085718"}
    await world.asks("POST", "/api/v1/clients/Konstantin?code=38001085718", json=person)
    await world.http.post("/answers/secret-survey-token", json=person)
    await world.asks("GET", f"{ONE}/../Konstantin", headers={"X-Road-UserId": "EE38001085718"})

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    told = [line for line in lines if line["event"] == "request"]
    text = json.dumps([line for line in lines if line["logger"] != "httpx"])
    assert ("POST", "/api/v1/clients/…", 200, "tamme") in {
        (line["method"], line["route"], line["status"], line["agency"]) for line in told
    }
    assert all(line["request_id"] for line in told)
    for secret in ("Konstantin", "38001085718", "secret-survey-token", await world.token()):
        assert secret not in text


async def test_browsers_of_configured_origins_only_may_read(worlds: Worlds) -> None:
    world = await worlds(SIDUS_CORS_ORIGINS='["https://desk.example"]')
    origin = {"Origin": "https://desk.example"}
    preflight = {**origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "If-Match"}

    asked = await world.http.options(ONE, headers=preflight)
    read = await world.asks("GET", ONE, headers=origin)
    strange = await world.asks("GET", ONE, headers={"Origin": "https://elsewhere.example"})

    assert asked.status_code == 200
    assert read.headers["access-control-allow-origin"] == "https://desk.example"
    assert "ETag" in read.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in strange.headers


async def test_without_origins_there_is_no_cors(world: World) -> None:
    response = await world.asks("GET", ONE, headers={"Origin": "https://desk.example"})

    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"SIDUS_PEER_URLS": '{"case": "http://127.0.0.1:1"}'}, "names no assessment, feedback, network"),
        ({"SIDUS_PEER_KEYS": "{}"}, "names no assessment, case, feedback, network"),
        ({"SIDUS_PEER_KEYS": json.dumps(dict.fromkeys(SERVICES, "short"))}, "pattern"),
        ({"SIDUS_SANDBOX": "false"}, "SIDUS_SANDBOX_STATE is for a sandbox only"),
        ({"SIDUS_SANDBOX_STATE": ""}, "SIDUS_JWKS_URL and SIDUS_ISSUER are needed"),
        ({"SIDUS_SERVICE_SECONDS": "0"}, "greater than 0"),
    ],
)
def test_an_environment_that_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], reason: str
) -> None:
    for name, value in (environment(tmp_path, dict.fromkeys(SERVICES, "http://127.0.0.1:1")) | changed).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError, match=reason):
        Settings()


def test_the_application_can_be_imported_without_environment_and_without_a_database() -> None:
    program = (
        "import sys, gateway.app; gateway.app.app.openapi();"
        "sys.exit(any(name.split('.')[0] in ('sqlalchemy', 'asyncpg', 'nats', 'services') for name in sys.modules))"
    )

    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={}, check=True)
