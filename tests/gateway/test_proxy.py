"""What passes through the gateway and what does not, on real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from starlette.types import Receive, Send

from deploy.embedded.ports import free_port
from gateway.upstreams import SERVICES
from shared.actor import Role
from tests.gateway.conftest import Worlds
from tests.gateway.world import CLIENT, Received, World, answer, problem, read_body
from tests.support.waiting import PATIENCE_SECONDS, comes_true

CLIENTS = "/api/v1/clients"
ONE = f"{CLIENTS}/{CLIENT}"
MEGABYTE = 1024 * 1024
PROBATION = {"agency": "probation", "scope": "role:case_manager officer:indrek.pold"}


async def test_a_request_reaches_its_service_as_it_was_sent(world: World) -> None:
    response = await world.asks("POST", f"{CLIENTS}?expand=cases&q=%C3%B5", json={"given": "õ"})

    seen = world.case.last
    assert response.status_code == 200
    assert response.json() == {"ok": True}
    assert (seen.scope["method"], seen.scope["raw_path"]) == ("POST", CLIENTS.encode())
    assert seen.scope["query_string"] == b"expand=cases&q=%C3%B5"
    assert json.loads(seen.body) == {"given": "õ"}
    assert seen.headers["content-type"] == "application/json"


async def test_the_service_is_told_who_acts_and_what_for(world: World) -> None:
    errand = {"Sidus-Purpose": "needs-assessment", "Sidus-Case": CLIENT, "Sidus-Legal-Code": "SHS:15.1"}
    await world.asks("GET", ONE, headers={**errand, "X-Request-Id": "abc-1"})

    actor = world.case.last.actor("case")
    assert (actor.agency, actor.agency_kind, actor.officer) == ("tamme", "municipality", "mari.maasikas")
    assert actor.roles == {Role.CASE_MANAGER}
    assert (actor.purpose, actor.case, actor.legal_code) == ("needs-assessment", UUID(CLIENT), "SHS:15.1")
    assert actor.request_id == "abc-1" == world.case.last.headers["x-request-id"]


async def test_a_service_is_told_how_long_a_legal_code_of_the_agency_hides_the_request(world: World) -> None:
    errand = {"Sidus-Purpose": "supervision", "Sidus-Legal-Code": "AJ-prison-service"}
    await world.asks("GET", ONE, headers=errand, **PROBATION)
    assert world.case.last.actor("case").hidden_for == timedelta(days=365)

    await world.asks("GET", ONE, headers=errand)
    assert world.case.last.actor("case").hidden_for is None

    await world.asks("GET", ONE, headers=errand | {"Sidus-Legal-Code": "KrHS-query"}, **PROBATION)
    assert world.case.last.actor("case").hidden_for is None


async def test_who_hides_a_request_says_what_it_is_for(world: World) -> None:
    response = await world.asks("GET", ONE, headers={"Sidus-Legal-Code": "AJ-prison-service"}, **PROBATION)
    assert (response.status_code, problem(response)) == (400, "hiding-unexplained")
    assert not world.case.received

    errand = {"Sidus-Legal-Code": "AJ-prison-service", "Sidus-Case": CLIENT}
    assert (await world.asks("GET", ONE, headers=errand, **PROBATION)).status_code == 200


async def test_a_person_acts_for_themself(world: World) -> None:
    await world.asks("GET", ONE, agency="residents", scope=f"role:person person:{CLIENT}")

    actor = world.case.last.actor("case")
    assert (actor.person, actor.officer) == (UUID(CLIENT), "self")
    assert actor.roles == {Role.PERSON}


async def test_an_answer_page_is_open_to_anybody(world: World) -> None:
    response = await world.http.get("/answers/some.signed-token")

    assert response.status_code == 200
    assert world.case.last.actor("feedback").roles == {Role.PUBLIC}


@pytest.mark.parametrize(
    ("header", "value"),
    [("Sidus-Purpose", "Not a code"), ("Sidus-Case", "not-an-id"), ("Sidus-Legal-Code", "§ 15")],
)
async def test_an_errand_that_is_not_of_its_form_is_refused(world: World, header: str, value: str) -> None:
    response = await world.asks("GET", ONE, headers={header: value.encode("latin-1")})

    assert (response.status_code, problem(response)) == (400, "header-malformed")
    assert response.json()["header"] == header.lower()
    assert value not in response.text
    assert not world.case.received


@pytest.mark.parametrize(
    "header",
    ["X-Road-Client", "X-Road-UserId", "X-Internal-Actor", "x-internal-token", "Sidus-Actor", "Sidus-Agency"],
)
async def test_headers_of_the_inside_are_not_accepted_from_outside(world: World, header: str) -> None:
    for path in (ONE, "/sandbox/clock", "/answers/token", f"{ONE}/access-log"):
        response = await world.asks("GET", path, headers={header: "EE/GOV/70000000/tamme"})

        assert (response.status_code, problem(response)) == (400, "headers-not-accepted")
        assert response.json()["header"] == header.lower()
        assert "70000000" not in response.text
    assert not world.case.received


async def test_headers_that_are_not_the_callers_to_set_are_dropped(world: World) -> None:
    spoofed = {
        "Forwarded": "for=1.2.3.4",
        "X-Forwarded-For": "1.2.3.4",
        "X-Forwarded-Host": "elsewhere",
        "X-Real-IP": "1.2.3.4",
        "Connection": "keep-alive, X-Once",
        "X-Once": "1",
        "Keep-Alive": "timeout=1",
        "TE": "trailers",
        "Proxy-Authorization": "Basic eA==",
        "traceparent": "00-not-valid",
        "tracestate": "a=b",
        "X-Kept": "yes",
    }
    await world.asks("GET", ONE, headers=spoofed)

    seen = world.case.last.headers
    lost = {name.lower() for name in spoofed} - {"x-kept", "traceparent", "connection"}
    assert not lost & seen.keys()
    assert seen["x-kept"] == "yes"
    assert seen["traceparent"] != spoofed["traceparent"]
    assert seen.get("connection", "keep-alive") == "keep-alive"
    assert seen["host"] != world.url.removeprefix("http://")
    assert seen["authorization"] != f"Bearer {await world.token()}"


async def test_a_valid_trace_goes_on(world: World) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await world.asks("GET", ONE, headers={"traceparent": trace})

    assert world.case.last.headers["traceparent"] == trace


async def test_headers_between_two_neighbours_do_not_pass_out(world: World) -> None:
    async def behaviour(received: Received, receive: Receive, send: Send) -> None:
        hops = [(b"Connection", b"X-Hop"), (b"X-Hop", b"1"), (b"Keep-Alive", b"timeout=9")]
        await answer(send, 200, b"{}", *hops, (b"Server", b"secretive/1.0"), (b"ETag", b'"3"'))

    world.case.behaviour = behaviour
    response = await world.asks("GET", ONE)

    assert not {"x-hop", "keep-alive", "server"} & response.headers.keys()
    assert response.headers["etag"] == '"3"'
    assert len(response.headers.get_list("date")) == 1
    assert len(response.headers.get_list("x-request-id")) == 1


async def test_a_redirect_is_passed_on_and_not_followed(world: World) -> None:
    async def behaviour(received: Received, receive: Receive, send: Send) -> None:
        await answer(send, 307, b"", (b"location", b"http://127.0.0.1:1/elsewhere"))

    world.case.behaviour = behaviour
    response = await world.asks("GET", ONE)

    assert (response.status_code, len(world.case.received)) == (307, 1)


@pytest.mark.parametrize("status", [201, 204, 304, 409, 422, 500])
async def test_what_a_service_answers_passes_unchanged(world: World, status: int) -> None:
    async def behaviour(received: Received, receive: Receive, send: Send) -> None:
        await answer(send, status, b"" if status in (204, 304) else b'{"a":1}')

    world.case.behaviour = behaviour
    response = await world.asks("GET", ONE)

    assert (response.status_code, response.content) == (status, b"" if status in (204, 304) else b'{"a":1}')


async def test_a_head_request_tells_the_length_and_no_body(world: World) -> None:
    response = await world.asks("HEAD", ONE)

    assert (response.status_code, response.headers["content-length"], response.content) == (200, "11", b"")


@pytest.mark.parametrize(
    "target",
    [
        f"{CLIENTS}/../../internal/x",
        f"{CLIENTS}/%2e%2e/x",
        f"{CLIENTS}/a%2Fb",
        f"{CLIENTS}/a%00",
        f"{CLIENTS}/a%5cb",
        f"{CLIENTS}//a",
        f"{CLIENTS}/./a",
        f"{CLIENTS}/%zz",
        f"{CLIENTS}/a%0d%0aX-Road-Client:%20x",
        f"{CLIENTS}/a\\b",
    ],
)
async def test_a_crooked_address_goes_nowhere(world: World, target: str) -> None:
    token = await world.token()
    received = await world.raw(f"GET {target} HTTP/1.1\nHost: x\nAuthorization: Bearer {token}\nConnection: close\n")

    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"address-refused" in received
    assert not world.case.received


@pytest.mark.parametrize(
    "path",
    [
        "/internal/events",
        "/api/v1/internal/x",
        "/api/v1",
        "/api/v1/",
        "/api/v1/unknown",
        "/api/v2/clients",
        "/%61pi/v1/clients",
    ],
)
async def test_what_is_not_in_the_table_cannot_be_reached(world: World, path: str) -> None:
    response = await world.asks("GET", path)

    assert (response.status_code, problem(response)) == (404, "not-found")
    assert not world.case.received


async def test_a_method_that_nobody_serves_is_refused(world: World) -> None:
    ours = await world.asks("DELETE", "/health/live")
    theirs = await world.asks("TRACE", ONE)

    assert (ours.status_code, problem(ours)) == (405, "method-not-allowed")
    assert (theirs.status_code, problem(theirs)) == (405, "method-not-allowed")


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 2\nContent-Length: 2",
        "Host: other",
        "Content-Length: 2\nTransfer-Encoding: chunked",
        "Content-Length: -1",
        "Content-Length: 2x",
    ],
)
async def test_headers_that_two_parts_may_read_differently_are_refused(world: World, lines: str) -> None:
    token = await world.token()
    received = await world.raw(
        f"POST {CLIENTS} HTTP/1.1\nHost: x\nAuthorization: Bearer {token}\nConnection: close\n{lines}\n", b"{}"
    )

    assert received.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 "))
    assert not world.case.received


async def test_a_body_that_says_it_is_too_large_is_refused_unread(world: World) -> None:
    response = await world.asks("POST", CLIENTS, content=b"x" * (10 * MEGABYTE))

    assert (response.status_code, problem(response)) == (413, "too-large")
    assert not world.case.received


async def test_a_body_that_grows_too_large_on_the_way_is_cut_off(world: World) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65536

    response = await world.asks("POST", CLIENTS, content=endless())

    assert (response.status_code, problem(response)) == (413, "too-large")
    await comes_true(lambda: all(not received.complete for received in world.case.received))


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, MEGABYTE])
@pytest.mark.parametrize("known", [True, False])
async def test_a_body_within_the_limit_arrives_whole(world: World, size: int, known: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, size, 50_000):
            yield b"x" * min(50_000, size - start)

    response = await world.asks("POST", CLIENTS, content=b"x" * size if known else pieces())

    assert response.status_code == 200
    assert world.case.last.complete
    assert len(world.case.last.body) == size


async def test_a_request_streams_in(world: World) -> None:
    first_arrived = asyncio.Event()

    async def behaviour(received: Received, receive: Receive, send: Send) -> None:
        received.body += (await receive())["body"]
        first_arrived.set()
        await read_body(received, receive)
        await answer(send, 200, received.body)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        await asyncio.wait_for(first_arrived.wait(), PATIENCE_SECONDS)
        yield b"two"

    world.case.behaviour = behaviour
    response = await world.asks("POST", CLIENTS, content=pieces())

    assert response.content == b"onetwo"


async def test_a_response_streams_out(world: World) -> None:
    first_arrived = asyncio.Event()

    async def behaviour(received: Received, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await asyncio.wait_for(first_arrived.wait(), PATIENCE_SECONDS)
        await send({"type": "http.response.body", "body": b"two"})

    world.case.behaviour = behaviour
    headers = {"Authorization": f"Bearer {await world.token()}"}
    async with world.http.stream("GET", ONE, headers=headers) as response:
        chunks = response.aiter_raw()
        assert await anext(chunks) == b"one"
        first_arrived.set()
        assert await anext(chunks) == b"two"


async def test_a_response_that_breaks_off_is_not_passed_as_whole(world: World) -> None:
    async def behaviour(received: Received, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise ConnectionError

    world.case.behaviour = behaviour
    with pytest.raises(httpx.RemoteProtocolError):
        await world.asks("GET", ONE)


async def test_a_service_that_is_down_is_told_with_a_time_to_try_again(worlds: Worlds) -> None:
    port = free_port()
    world = await worlds(urls={"case": f"http://127.0.0.1:{port}"})
    down = await world.asks("POST", CLIENTS, json={})
    keyed = await world.asks("POST", CLIENTS, json={}, headers={"Idempotency-Key": "k" * 16})
    up = await world.asks("GET", "/api/v1/maps")

    assert (down.status_code, problem(down)) == (503, "service-unavailable")
    assert down.json()["services"] == ["case"]
    assert int(down.headers["retry-after"]) > 0
    assert (keyed.status_code, up.status_code) == (503, 200)


async def test_a_service_that_hangs_up_is_told_as_down(world: World) -> None:
    async def behaviour(received: Received, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise ConnectionError

    world.case.behaviour = behaviour
    response = await world.asks("POST", CLIENTS, json={})

    assert (response.status_code, problem(response)) == (503, "service-unavailable")


async def test_a_slow_service_is_given_up(worlds: Worlds) -> None:
    world = await worlds(SIDUS_SERVICE_SECONDS="0.2")
    let_go = asyncio.Event()

    async def behaviour(received: Received, receive: Receive, send: Send) -> None:
        await read_body(received, receive)
        assert (await receive())["type"] == "http.disconnect"
        let_go.set()

    world.case.behaviour = behaviour
    response = await world.asks("POST", CLIENTS, json={})

    assert (response.status_code, problem(response)) == (504, "service-timeout")
    await asyncio.wait_for(let_go.wait(), PATIENCE_SECONDS)


async def test_a_caller_who_hangs_up_stops_the_work(world: World) -> None:
    let_go = asyncio.Event()

    async def behaviour(received: Received, receive: Receive, send: Send) -> None:
        await read_body(received, receive)
        assert (await receive())["type"] == "http.disconnect"
        let_go.set()

    world.case.behaviour = behaviour
    token = await world.token()
    _, writer = await world.connected()
    writer.write(f"GET {ONE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    await comes_true(lambda: bool(world.case.received))
    writer.close()

    await asyncio.wait_for(let_go.wait(), PATIENCE_SECONDS)


async def test_a_connection_serves_one_request_after_another(world: World) -> None:
    token = await world.token()
    reader, writer = await world.connected()
    sockets = set()
    for path in (ONE, "/internal/x", *[ONE] * 20):
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
        sockets.add(world.case.last.scope["client"])
    writer.close()

    assert len(world.case.received) == 21
    assert len(sockets) <= len(SERVICES), "connections to the services are not kept"


async def test_websockets_are_not_served(world: World) -> None:
    key = "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA=="
    received = await world.raw(f"GET {ONE} HTTP/1.1\nHost: x\nUpgrade: websocket\nConnection: Upgrade\n{key}\n")

    assert received.startswith(b"HTTP/1.1 403 ")
    assert not world.case.received
