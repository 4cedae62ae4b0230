"""Whatever is wrong with a request, the answer is a problem document of the right status that repeats nothing."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from shared.http.problems import MEDIA_TYPE
from shared.ids import new_id
from shared.labels import Labels
from tests.shared.conftest import Lines
from tests.shared.diary import SECRET, Entry, EntryForm
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

CODE = "49001010000"
CLIENT = "0190a000-0000-7000-8000-000000000002"
FORM: dict[str, Any] = {"client_id": CLIENT, "text": f"{SECRET} {CODE}"}


def typed(**changes: Any) -> bytes:
    """The form with some of its fields otherwise, as it travels; lone surrogates are written as escapes."""
    return json.dumps(FORM | changes).encode()


BODIES: dict[str, tuple[bytes, int, str]] = {
    "cut off": (typed()[:-5], 400, ""),
    "no JSON": (f"name={SECRET}".encode(), 400, ""),
    "nothing": (b"", 422, ""),
    "not UTF-8": (typed().replace(SECRET.encode(), b"M\xe4ri \xff"), 400, ""),
    "a list": (b"[]", 422, ""),
    "a text": (json.dumps(SECRET).encode(), 422, ""),
    "null": (b"null", 422, ""),
    "an unknown field": (typed(age=CODE), 422, "/age"),
    "an unknown field inside": (typed(place={"county": "a", "street": SECRET}), 422, "/place/street"),
    "a field with a slash in its name": (typed(**{"a/b~c": 1}), 422, "/a~1b~0c"),
    "a lone surrogate in a field's name": (typed(**{"\ud800": 1}), 422, ""),
    "a missing field": (json.dumps({"client_id": CLIENT}).encode(), 422, "/text"),
    "a number for a text": (typed(text=int(CODE)), 422, "/text"),
    "a list for a text": (typed(text=[SECRET]), 422, "/text"),
    "a text for an object": (typed(place=SECRET), 422, "/place"),
    "a text for a number": (typed(mood=SECRET), 422, "/mood"),
    "a boolean-like text for a number": (typed(mood="true"), 422, "/mood"),
    "a number out of range": (typed(mood=6), 422, "/mood"),
    "a number beyond 64 bits": (typed(mood=2**70), 422, "/mood"),
    "a number of thousands of digits": (typed().replace(b"}", b', "mood": ' + b"9" * 5000 + b"}"), 400, ""),
    "infinity": (typed(mood=float("inf")), 422, "/mood"),
    "a number below its bound inside": (typed(place={"county": "a", "number": 0}), 422, "/place/number"),
    "no such category": (typed(category=SECRET), 422, "/category"),
    "no date": (typed(on=SECRET), 422, "/on"),
    "no such date": (typed(on="2026-02-30"), 422, "/on"),
    "no id": (typed(client_id=CODE), 422, "/client_id"),
    "NUL": (typed(text=f"{SECRET}\0"), 422, "/text"),
    "a lone surrogate": (typed(text=f"{SECRET}\ud800"), 422, "/text"),
    "only white space": (typed(text=" \t\n "), 422, "/text"),
    "too long a text": (typed(text="x" * 10_001), 422, "/text"),
    "a deep nest": (b'{"text":' + b"[" * 50_000 + b"]" * 50_000 + b"}", 400, ""),
    "a nest that is deep and not shut": (b"[" * 100_000, 400, ""),
    "a thousand unknown fields": (typed(**{f"field{n}": n for n in range(1000)}), 422, "/field0"),
}


@pytest.mark.parametrize("what", BODIES)
async def test_a_wrong_body_is_a_problem_of_the_right_status_that_stores_and_repeats_nothing(
    what: str, diary: Running, lines: Lines
) -> None:
    body, status, pointer = BODIES[what]
    async with diary.agency("tamme") as city:
        answer = await city.post("/api/v1/entries", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert answer.headers["Cache-Control"] == "no-store"
    errors = answer.json().get("errors", [])
    assert pointer in {error["pointer"] for error in errors} | {""}
    assert len(errors) <= 50
    for secret in (SECRET, CODE, "9" * 100):
        assert secret not in answer.text + json.dumps(lines())
    async with diary.work() as work:
        assert await work.check(select(func.count(Entry.id)).where(Entry.client_id == CLIENT)) == [(0,)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40) | st.dictionaries(st.sampled_from([*EntryForm.model_fields, "else"]), JSON) | JSON)
async def test_no_body_breaks_the_service(diary: Running, body: Any) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with diary.agency("tamme") as city:
        answer = await city.post("/api/v1/entries", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", f"/api/v1/entries/{CLIENT}", 404, "not-found"),
        ("GET", "/api/v1/entries/49001010000", 422, "invalid"),
        ("GET", "/api/v1/entries", 422, "invalid"),
        ("DELETE", "/api/v1/entries", 405, "method-not-allowed"),
        ("PUT", f"/api/v1/entries/{CLIENT}", 405, "method-not-allowed"),
        ("GET", "/api/v1/entries/", 404, "not-found"),
    ],
)
async def test_wrong_paths_and_methods_are_problems_too(
    method: str, path: str, status: int, kind: str, diary: Running
) -> None:
    async with diary.agency("tamme") as city:
        answer = await city.request(method, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, MEDIA_TYPE)
    assert answer.json()["type"].endswith(f"/{kind}")
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    assert CODE not in answer.text
    if status == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize(("wanted", "language"), [("et", "et"), ("ru, en;q=0.5", "ru"), ("en", "en"), ("fi", "en")])
async def test_a_problem_is_told_in_the_callers_language(wanted: str, language: Any, diary: Running) -> None:
    async with diary.agency("tamme") as city:
        answer = await city.get(f"/api/v1/entries/{CLIENT}", headers={"Accept-Language": wanted})
    assert answer.headers["Content-Language"] == language
    assert answer.json()["title"] == Labels.read().text("problem.not-found", language)


async def test_a_thing_that_is_not_visible_is_told_as_one_that_is_not_there(diary: Running) -> None:
    async with diary.agency("tamme") as city, diary.agency("probation") as other:
        place = (await city.post("/api/v1/entries", json=FORM | {"client_id": str(new_id())})).headers["Location"]
        hidden, missing = await other.get(place), await other.get(f"/api/v1/entries/{new_id()}")
    assert hidden.status_code == missing.status_code == 404
    assert {**hidden.json(), "request_id": ""} == {**missing.json(), "request_id": ""}
