"""The access log over all services: whole, newest first, page by page."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Send

from deploy.embedded.ports import free_port
from gateway.overview.rules import Feed, NotACursor, Place, left_of, merged, read, written
from gateway.upstreams import SERVICES
from shared.access.log_schemas import AccessEntryOut
from tests.gateway.conftest import Worlds
from tests.gateway.world import CLIENT, Behaviour, Received, World, answer, problem

PATH = f"/api/v1/clients/{CLIENT}/access-log"
START = datetime(2026, 3, 1, tzinfo=UTC)
AS_PERSON = {"agency": "residents", "scope": f"role:person person:{CLIENT}"}


def entry(service: str, number: int, minute: int) -> AccessEntryOut:
    return AccessEntryOut(
        id=UUID(int=(sorted(SERVICES).index(service) << 64) + number),
        at=START + timedelta(minutes=minute),
        service=service,
        agency="tamme",
        officer="mari.maasikas",
        action="read",
        operation="get_client",
        categories=["identity"],
        ground="own",
        purpose=None,
        case_id=None,
        legal_code=None,
        request_id=f"{service}-{number}",
        hidden_code=None,
        hidden_until=None,
    )


def log_of(service: str, minutes: list[int]) -> list[AccessEntryOut]:
    """A service's log, newest first."""
    return [entry(service, number, minute) for number, minute in reversed(list(enumerate(sorted(minutes))))]


class Logs:
    """Services' logs served in pages whose cursor is the position, as a stand-in for all four services."""

    def __init__(self, logs: dict[str, list[AccessEntryOut]]) -> None:
        self.logs = logs

    def page(self, service: str, cursor: str | None, limit: int) -> tuple[list[AccessEntryOut], str | None]:
        log = self.logs.get(service, [])
        # A cursor counts from the log's end, as a keyset cursor does: new entries do not move it.
        start = len(log) - int(cursor) if cursor else 0
        left = len(log) - start - limit
        return log[start : start + limit], str(left) if left > 0 else None

    def behaviour(self) -> Behaviour:
        async def respond(received: Received, receive: Receive, send: Send) -> None:
            query = {name: values[0] for name, values in parse_qs(received.scope["query_string"].decode()).items()}
            service = received.scope["path"].split("/")[3]
            items, following = self.page(service, query.get("cursor"), int(query["limit"]))
            document = {"items": [item.model_dump(mode="json") for item in items], "next": following}
            await answer(send, 200, json.dumps(document).encode())

        return respond


LOG = st.lists(st.integers(0, 60), max_size=12)


@given(logs=st.fixed_dictionaries(dict.fromkeys(sorted(SERVICES), LOG)), limit=st.integers(1, 9))
def test_pages_together_are_the_whole_log_once_and_newest_first(logs: dict[str, list[int]], limit: int) -> None:
    held = Logs({service: log_of(service, minutes) for service, minutes in logs.items()})
    shown = list(_all_pages(held, limit, grows=False))

    assert [item.at for item in shown] == sorted((item.at for item in shown), reverse=True)
    assert sorted(item.id for item in shown) == sorted(item.id for log in held.logs.values() for item in log)


@given(logs=st.fixed_dictionaries(dict.fromkeys(sorted(SERVICES), LOG)), limit=st.integers(1, 9))
def test_entries_made_meanwhile_neither_repeat_nor_hide_older_ones(logs: dict[str, list[int]], limit: int) -> None:
    held = Logs({service: log_of(service, minutes) for service, minutes in logs.items()})
    before = sorted(item.id for log in held.logs.values() for item in log)
    shown = [item.id for item in _all_pages(held, limit, grows=True)]

    assert len(shown) == len(set(shown))
    assert set(before) <= set(shown)


def _all_pages(held: Logs, limit: int, *, grows: bool) -> Iterator[AccessEntryOut]:
    cursor = written(dict.fromkeys(sorted(SERVICES), Place()))
    while cursor:
        feeds = [_feed(held, service, place, limit) for service, place in read(cursor).items()]
        items, places = merged(feeds, limit)
        yield from items
        cursor = written(places)
        for service, log in held.logs.items() if grows else ():
            log.insert(0, entry(service, 1000 + len(log), 99))


def _feed(held: Logs, service: str, place: Place, limit: int) -> Feed:
    while True:
        items, following = held.page(service, place.page, limit)
        left = left_of(items, place.last)
        if left or (left is not None and following is None):
            return Feed(service, place, left, following)
        assert following is not None
        place = Place(following, place.last if left is None else None)


@pytest.mark.parametrize("text", ["", "x", "AAAA", "eyJhIjoxfQ==", "õ"])
def test_a_text_that_is_no_cursor(text: str) -> None:
    with pytest.raises(NotACursor):
        read(text)


async def test_the_person_reads_the_log_of_all_services(world: World) -> None:
    held = Logs({service: log_of(service, list(range(start, 40, 4))) for start, service in enumerate(sorted(SERVICES))})
    world.case.behaviour = held.behaviour()
    shown: list[dict[str, str]] = []
    path: str | None = f"{PATH}?limit=7"
    while path:
        page = await world.asks("GET", path, **AS_PERSON)
        shown += page.json()["items"]
        link = page.headers.get("link")
        assert (link is None) == (page.json()["next"] is None)
        path = link and link[1 : link.index(">")]

    assert len(shown) == 40
    assert [item["at"] for item in shown] == sorted((item["at"] for item in shown), reverse=True)
    assert {item["service"] for item in shown} == SERVICES
    assert world.case.last.actor(world.case.last.scope["path"].split("/")[3]).person == UUID(CLIENT)


async def test_the_log_can_be_read_on_while_new_entries_push_it_down(world: World) -> None:
    held = Logs({"case": log_of("case", list(range(10)))})
    world.case.behaviour = held.behaviour()
    first = await world.asks("GET", f"{PATH}?limit=3", **AS_PERSON)
    held.logs["case"][:0] = [entry("case", 100 + number, 90) for number in range(8)]

    second = await world.asks("GET", f"{PATH}?limit=3&cursor={first.json()['next']}", **AS_PERSON)

    ids = [item["id"] for page in (first, second) for item in page.json()["items"]]
    assert ids == [str(UUID(int=(1 << 64) + number)) for number in range(9, 3, -1)][: len(ids)]
    assert len(ids) > 3


async def test_an_incomplete_log_does_not_pass_for_a_whole_one(worlds: Worlds) -> None:
    port = free_port()
    gone = f"http://127.0.0.1:{port}"
    world = await worlds(urls={"network": gone, "feedback": gone})
    world.case.behaviour = Logs({}).behaviour()
    response = await world.asks("GET", PATH, **AS_PERSON)

    assert (response.status_code, problem(response)) == (503, "service-unavailable")
    assert response.json()["services"] == ["feedback", "network"]
    assert int(response.headers["retry-after"]) > 0


async def test_a_failing_service_makes_the_log_unavailable(world: World) -> None:
    async def behaviour(received: Received, receive: Receive, send: Send) -> None:
        failing = "/network/" in received.scope["path"]
        await answer(send, 500 if failing else 200, b'{"items":[],"next":null}')

    world.case.behaviour = behaviour
    response = await world.asks("GET", PATH, **AS_PERSON)

    assert (response.status_code, response.json()["services"]) == (503, ["network"])


async def test_a_services_refusal_is_passed_on(world: World) -> None:
    refusal = b'{"type":"https://sidus.example/problems/forbidden","status":403}'

    async def behaviour(received: Received, receive: Receive, send: Send) -> None:
        await answer(send, 403, refusal)

    world.case.behaviour = behaviour
    response = await world.asks("GET", PATH)

    assert (response.status_code, response.content) == (403, refusal)
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["cursor=nonsense", "limit=0", "limit=101", "cursor=" + "x" * 5000])
async def test_a_wrong_page_is_refused(world: World, query: str) -> None:
    response = await world.asks("GET", f"{PATH}?{query}", **AS_PERSON)

    assert (response.status_code, problem(response)) == (422, "invalid")
    assert response.json()["errors"][0]["pointer"] in ("/query/cursor", "/query/limit")


async def test_the_log_of_nobody_is_refused(world: World) -> None:
    response = await world.asks("GET", "/api/v1/clients/anna/access-log", **AS_PERSON)

    assert (response.status_code, problem(response)) == (422, "invalid")
    assert "anna" not in response.text


async def test_the_log_is_not_written_to(world: World) -> None:
    response = await world.asks("POST", PATH, json={})

    assert (response.status_code, problem(response)) == (405, "method-not-allowed")
    assert not world.case.received


AS_SUPERVISOR = {"scope": "role:supervisor officer:helle.paju"}


async def test_a_supervisor_reads_the_log_of_the_agency_by_officer_and_period(world: World) -> None:
    world.case.behaviour = Logs({service: log_of(service, [1]) for service in SERVICES}).behaviour()
    asked = "officer=mari.maasikas&action=read&since=2026-03-01T00:00:00Z&until=2026-04-01T00:00:00Z"
    response = await world.asks("GET", f"/api/v1/access-log?{asked}", **AS_SUPERVISOR)

    assert {item["service"] for item in response.json()["items"]} == SERVICES
    query = parse_qs(world.case.last.scope["query_string"].decode())
    assert query == {
        "officer": ["mari.maasikas"],
        "action": ["read"],
        "since": ["2026-03-01T00:00:00+00:00"],
        "until": ["2026-04-01T00:00:00+00:00"],
        "limit": ["20"],
    }


@pytest.mark.parametrize("wrong", ["officer=60001017869&since=x", "since=2026-03-01", "client_id=anna", "hidden=maybe"])
async def test_a_wrong_filter_is_refused_without_repeating_it(world: World, wrong: str) -> None:
    response = await world.asks("GET", f"/api/v1/access-log?{wrong}", **AS_SUPERVISOR)

    assert (response.status_code, problem(response)) == (422, "invalid")
    assert wrong.partition("=")[2] not in response.text


@pytest.mark.parametrize(("language", "words"), [("et", "vangla"), ("en", "prison service"), ("ru", "тюрьма")])
async def test_a_hidden_entry_says_on_which_basis(world: World, language: str, words: str) -> None:
    hidden = entry("case", 1, 1).model_copy(
        update={"agency": "probation", "hidden_code": "AJ-prison-service", "hidden_until": START}
    )
    world.case.behaviour = Logs({"case": [hidden, entry("case", 0, 0)]}).behaviour()
    officer = {"agency": "probation", "scope": "role:data_protection_officer officer:aare.luik"}
    response = await world.asks(
        "GET", "/api/v1/access-log?hidden=true", headers={"Accept-Language": language}, **officer
    )

    first, second = response.json()["items"]
    assert words in first["hidden_basis"]
    assert second["hidden_basis"] is None
    assert parse_qs(world.case.last.scope["query_string"].decode())["hidden"] == ["True"]
