"""The state's data tracker at the gateway: what the protocol asks for, and what of a person's code goes where."""

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import httpx
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Send

from deploy.embedded.ports import free_port
from gateway.app import create_app
from gateway.runtime import LABELS
from gateway.tracker.rules import WHERE, Receiver, Telling, begun, composed
from gateway.upstreams import SERVICES
from shared.access.categories import AccessAction, Category, Ground
from shared.access.log_schemas import Seen, Usage
from shared.actor import Role
from shared.labels import LANGUAGES
from tests.gateway.conftest import Worlds
from tests.gateway.world import CLIENT, MARI, Received, World, answer, problem, read_body

PROTOCOL: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("tracker.yaml").read_text(encoding="utf-8"))
TRACKER = "/tracker/v2"
CODE, OTHER = "EE60001017869", "EE39901012239"
AS_PORTAL = {"agency": "state-portal", "scope": "role:tracker"}
START = datetime(2026, 3, 1, 10, tzinfo=UTC)


def seen(minute: int, **changes: Any) -> Seen:
    """An entry at a minute."""
    facts = {"agency": "tamme", "action": "read", "categories": ["health"], "ground": "consent"}
    return Seen.model_validate({"at": START + timedelta(minutes=minute)} | facts | changes)


class Services:
    """All four services with logs; the case service also knows whose the code is."""

    def __init__(self, **logs: list[Seen]) -> None:
        self.logs = logs
        self.asked: dict[str, Received] = {}

    async def __call__(self, received: Received, receive: Receive, send: Send) -> None:
        """Answer one request."""
        service = _addressee(received)
        if received.scope["path"] == "/internal/clients/by-code":
            assert service == "case"
            await read_body(received, receive)
            known = json.loads(received.body)["personal_code"] == CODE[2:]
            told: Any = {"client_id": CLIENT if known else None}
        else:
            self.asked[service] = received
            told = self._told(received, self.logs.get(service, []))
        await answer(send, 200, json.dumps(told).encode())

    @staticmethod
    def _told(received: Received, log: list[Seen]) -> Any:
        if received.scope["path"].endswith("/begun"):
            return {"begun": log[-1].at.isoformat() if log else None}
        most = int(parse_qs(received.scope["query_string"].decode())["most"][0])
        return Usage(items=log[:most], total=len(log)).model_dump(mode="json")


def _addressee(received: Received) -> str:
    """The service that the gateway's token is for."""
    payload = received.headers["authorization"].split(".")[1]
    return str(json.loads(urlsafe_b64decode(payload + "=="))["aud"])


async def find(world: World, code: str = CODE, user: str = CODE, **query: Any) -> httpx.Response:
    """What the portal is answered."""
    headers = {"X-Road-UserId": user, "X-Road-Client": "EE/GOV/70006317/riigiportaal-citizen"}
    return await world.asks(
        "GET", f"{TRACKER}/findUsage", params={"userCode": code} | query, headers=headers, **AS_PORTAL
    )


async def test_the_portal_is_told_who_used_the_data_in_any_service_newest_first(world: World) -> None:
    world.case.behaviour = Services(
        case=[seen(9, agency="unemployment-fund"), seen(3)], network=[seen(5)], feedback=[seen(4, agency="sidus")]
    )
    told = (await find(world)).raise_for_status().json()

    assert told["totalUsages"] == 4
    assert [usage["logtime"] for usage in told["usages"]] == [f"2026-03-01T12:0{n}:00+02:00" for n in (9, 5, 4, 3)]
    assert told["usages"][0] == {
        "logtime": "2026-03-01T12:09:00+02:00",
        "action": "Andmete vaatamine: Terviseandmed (alus: inimese nõusolek)",
        "receiverCode": "unemployment-fund",
        "receiverName": "Töötukassa (näidis)",
        "receiverSystem": "Sidus: Kliendikirje ja juhtumid",
    }
    assert (told["usages"][2]["receiverCode"], told["usages"][2]["receiverName"]) == ("sidus", "Sidus")


async def test_the_services_are_asked_as_the_person(world: World) -> None:
    world.case.behaviour = services = Services()
    await find(world, periodStart="2026-03-01T00:00:00", periodEnd="2026-04-01T00:00:00Z", offset=20, limit=30)

    assert services.asked.keys() == SERVICES
    for service, received in services.asked.items():
        actor = received.actor(service)
        assert actor.roles == {Role.PERSON}
        assert (actor.person, actor.agency) == (UUID(CLIENT), "state-portal")
        assert (actor.officer, actor.purpose) == ("self", "data-tracker")
        assert parse_qs(received.scope["query_string"].decode()) == {
            "most": ["50"],
            "since": ["2026-03-01T00:00:00+02:00"],
            "until": ["2026-04-01T00:00:00+00:00"],
        }


async def test_who_acts_for_another_is_told_apart(world: World) -> None:
    world.case.behaviour = services = Services()
    assert (await find(world, user=OTHER)).status_code == 200
    assert {received.actor(name).officer for name, received in services.asked.items()} == {"representative"}
    assert {received.actor(name).person for name, received in services.asked.items()} == {UUID(CLIENT)}


async def test_a_person_without_a_record_has_no_usage_and_no_service_is_asked(world: World) -> None:
    world.case.behaviour = services = Services(case=[seen(1)])
    told = await find(world, code=OTHER, user=OTHER)
    assert told.json() == {"totalUsages": 0, "usages": []}
    assert services.asked == {}


async def test_no_code_goes_into_an_address_a_header_or_a_log(
    worlds: Worlds, capfd: pytest.CaptureFixture[str]
) -> None:
    world = await worlds()
    world.case.behaviour = Services(case=[seen(1)])
    assert (await find(world, user=OTHER)).status_code == 200
    assert (await find(world, user=OTHER, limit=0)).status_code == 400
    shown = (await world.http.get("/metrics")).text + "".join(capfd.readouterr())
    assert '"route":"/tracker/v2/findUsage"' in shown
    for received in world.case.received:
        shown += str(received.scope)
    assert [code for code in (CODE[2:], OTHER[2:]) if code in shown] == []
    bodies = [received.body for received in world.case.received if received.body]
    assert bodies == [json.dumps({"personal_code": CODE[2:]}).encode()]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"userCode": "60001017869"}, "/query/userCode"),
        ({"userCode": "EE60001017868"}, "/query/userCode"),
        ({"userCode": "LV60001017869"}, "/query/userCode"),
        ({"periodStart": "yesterday"}, "/query/periodStart"),
        ({"offset": -1}, "/query/offset"),
        ({"offset": 9001}, "/query/offset"),
        ({"limit": 0}, "/query/limit"),
    ],
)
async def test_a_question_that_is_not_of_its_form(world: World, query: dict[str, Any], pointer: str) -> None:
    response = await find(world, **query)

    assert (response.status_code, problem(response)) == (400, "usage-malformed")
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert f'"{next(iter(query.values()))}"' not in response.text
    assert CODE not in response.text
    assert not world.case.received


async def test_a_question_without_who_asks_is_refused(world: World) -> None:
    response = await world.asks("GET", f"{TRACKER}/findUsage?userCode={CODE}", **AS_PORTAL)
    assert (response.status_code, problem(response)) == (400, "usage-malformed")
    assert [error["pointer"] for error in response.json()["errors"]] == ["/header/X-Road-UserId"]


@pytest.mark.parametrize("path", ["findUsage", "usagePeriod", "heartbeat"])
@pytest.mark.parametrize("who", [{"scope": MARI}, {"agency": "residents", "scope": f"role:person person:{CLIENT}"}])
async def test_the_tracker_is_for_the_states_portal(world: World, path: str, who: dict[str, str]) -> None:
    query = {"userCode": CODE} if path == "findUsage" else {}
    response = await world.asks("GET", f"{TRACKER}/{path}", params=query, headers={"X-Road-UserId": CODE}, **who)
    assert (response.status_code, problem(response)) == (403, "forbidden")
    assert (await world.http.get(f"{TRACKER}/{path}", params=query)).status_code == 401
    assert not world.case.received


async def test_a_usage_that_would_not_be_whole_is_not_given(worlds: Worlds) -> None:
    port = free_port()
    world = await worlds(urls={"network": f"http://127.0.0.1:{port}"})
    world.case.behaviour = Services(case=[seen(1)])
    for path in ("findUsage", "usagePeriod"):
        response = await find(world) if path == "findUsage" else await asks(world, path)
        assert (response.status_code, problem(response)) == (500, "usage-unavailable")
    assert (await asks(world, "heartbeat")).json() == {"status": "FAIL", "message": "network: down"}


async def asks(world: World, path: str) -> httpx.Response:
    """What the portal is answered on an endpoint that asks for nothing more."""
    return await world.asks("GET", f"{TRACKER}/{path}", **AS_PORTAL)


async def test_the_period_begins_with_the_oldest_entry_of_any_service(world: World) -> None:
    world.case.behaviour = Services(case=[seen(9), seen(5)], network=[seen(3)])
    assert (await asks(world, "usagePeriod")).json() == {"periodStart": "2026-03-01T12:03:00+02:00"}


async def test_the_heart_beats_while_every_service_answers(world: World) -> None:
    assert (await asks(world, "heartbeat")).json()["status"] == "OK"


LOGS = st.dictionaries(st.sampled_from(sorted(SERVICES)), st.lists(st.integers(0, 50), max_size=9))


@given(logs=LOGS, offset=st.integers(0, 20), limit=st.integers(1, 9))
def test_any_part_of_the_usage_is_that_part_of_the_whole(logs: dict[str, list[int]], offset: int, limit: int) -> None:
    telling = Telling(str, {"tamme": Receiver("70000310", "Tamme")})
    whole = {name: [seen(minute) for minute in sorted(minutes, reverse=True)] for name, minutes in logs.items()}
    newest = {name: Usage(items=log[: offset + limit], total=len(log)) for name, log in whole.items()}
    told = composed(newest, telling, offset, limit)

    moments = sorted((minute for minutes in logs.values() for minute in minutes), reverse=True)
    assert told.total_usages == len(moments)
    assert [usage.logtime for usage in told.usages] == [
        START + timedelta(minutes=minute) for minute in moments[offset : offset + limit]
    ]
    assert {usage.logtime.tzinfo for usage in told.usages} <= {WHERE}


def test_a_log_without_entries_begins_now() -> None:
    assert begun([None, None], START) == START


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_use_can_be_told_in_words(language: Any) -> None:
    codes = [f"ground.{ground}" for ground in Ground] + [f"category.{category}" for category in Category]
    codes += [f"action.{action}" for action in AccessAction]
    codes += [f"service.{service}" for service in SERVICES]
    assert [code for code in codes if LABELS.text(code, language) == code] == []


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The gateway's own OpenAPI document."""
    document: dict[str, Any] = create_app().openapi()
    return document


@pytest.mark.parametrize("name", ["findUsage", "usagePeriod", "heartbeat"])
def test_the_interface_is_the_one_that_the_protocol_describes(described: dict[str, Any], name: str) -> None:
    operation, expected = described["paths"][f"{TRACKER}/{name}"]["get"], PROTOCOL[name]
    assert operation["operationId"] == name
    assert operation["responses"].keys() >= set(PROTOCOL["statuses"])
    assert "422" not in operation["responses"]
    assert {one["name"]: _facts(one) for one in operation.get("parameters", [])} == expected["parameters"]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    properties = _resolved(described, answer)["properties"]
    assert {member: schema["type"] for member, schema in properties.items()} == expected["answer"]
    if "item" in expected:
        item = _resolved(described, properties["usages"]["items"])
        assert set(item["required"]) >= set(expected["item"]["required"])
        assert item["properties"].keys() == {*expected["item"]["required"], *expected["item"]["optional"]}


def _facts(parameter: dict[str, Any]) -> dict[str, Any]:
    """What of a parameter the protocol says."""
    schema = parameter["schema"]
    kind = next((one for one in schema.get("anyOf", []) if one["type"] != "null"), schema)
    facts = {"in": parameter["in"], "required": parameter["required"], "type": kind["type"]}
    return facts | {name: value for name, value in (kind | schema).items() if name in ("format", "default")}


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found
