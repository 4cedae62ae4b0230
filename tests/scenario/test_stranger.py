"""What somebody finds who has never seen Sidus: a page to read, a description of everything, words they understand."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.http.problems import MEDIA_TYPE
from shared.labels import LANGUAGES
from tests.support.caller import API
from tests.support.front_door import FrontDoor, Officer

METHODS = frozenset({"get", "put", "post", "delete", "patch"})
LETTERS = {"et": re.compile("[õäöü]"), "ru": re.compile("[а-яё]"), "en": re.compile("[a-z]")}


@pytest.fixture
def stranger(door: FrontDoor) -> httpx.AsyncClient:
    """Somebody without a token."""
    return door.http()


async def _described(stranger: httpx.AsyncClient) -> dict[str, Any]:
    answer = await stranger.get("/openapi.json")
    document: dict[str, Any] = answer.raise_for_status().json()
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield method.upper(), path, item[method]


async def test_the_page_to_read_brings_all_it_needs(stranger: httpx.AsyncClient) -> None:
    page = (await stranger.get("/docs")).raise_for_status()
    needed = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert page.headers["Content-Type"].startswith("text/html")
    assert len(needed) >= 3
    for address in needed:
        assert address.startswith(("/docs/", "data:")), address
        assert address == "data:," or (await stranger.get(address)).status_code == 200, address


async def test_where_to_start_is_told_at_the_root(stranger: httpx.AsyncClient) -> None:
    index = (await stranger.get("/")).raise_for_status().json()

    for part in ("docs", "openapi", "health"):
        assert (await stranger.get(index[part])).status_code == 200


async def test_health_and_figures_are_open_to_whoever_runs_the_system(stranger: httpx.AsyncClient) -> None:
    ready = (await stranger.get("/health/ready")).raise_for_status().json()
    figures = (await stranger.get("/metrics")).raise_for_status()

    assert ready["services"] == dict.fromkeys(("case", "assessment", "network", "feedback"), "ready")
    assert (await stranger.get("/health/live")).json() == {"status": "live"}
    assert "sidus_request_seconds_count" in figures.text


async def test_the_whole_interface_is_described(stranger: httpx.AsyncClient) -> None:
    document = await _described(stranger)
    paths = set(document["paths"])

    assert document["openapi"].startswith("3.1")
    assert "x-unavailable" not in document
    for path in ("/clients", "/assessments", "/maps", "/triggers"):
        assert API + path in paths
    assert not [path for path in paths if "internal" in path]


async def test_every_operation_says_what_it_does_and_how_it_may_refuse(stranger: httpx.AsyncClient) -> None:
    names = []
    for method, path, operation in _operations(await _described(stranger)):
        names.append(operation["operationId"])
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["description"], where
        assert operation["tags"], where
        if path.startswith(API):
            refusals = {code: answer for code, answer in operation["responses"].items() if code >= "400"}
            assert {"400", "503"} <= refusals.keys(), where
            assert operation.get("security") == [] or {"401", "403"} <= refusals.keys(), where
            assert all(answer["description"] for answer in refusals.values()), where
            assert all(answer["content"].keys() == {MEDIA_TYPE} for answer in refusals.values()), where
    assert len(set(names)) == len(names)


async def test_every_operation_is_where_it_is_said_to_be_and_asks_who_calls(stranger: httpx.AsyncClient) -> None:
    for method, path, operation in _operations(await _described(stranger)):
        if operation.get("security") == []:
            continue
        answer = await stranger.request(method, re.sub(r"\{[^}]+\}", str(uuid4()), path), json={})

        assert answer.status_code == 401, f"{method} {path}"
        assert answer.headers["Content-Type"] == MEDIA_TYPE
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_refusal_speaks_the_callers_language(city: Officer, fund: Officer) -> None:
    client = await city.registers()
    said: dict[str, tuple[str, str]] = {}
    for language in LANGUAGES:
        wanted = {"Accept-Language": f"{language}, *;q=0.1"}
        answer = await fund.http.get(f"{API}/assessments", params={"client_id": client["id"]}, headers=wanted)
        assert (answer.status_code, answer.headers["Content-Language"]) == (403, language)
        (unmet,) = answer.json()["unmet"]
        said[language] = (answer.json()["title"], unmet["detail"])

    assert all(LETTERS[spoken].search(text.lower()) for spoken, words in said.items() for text in words), said
    assert len(set(said.values())) == len(LANGUAGES)
