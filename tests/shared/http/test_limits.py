"""Bodies over one mebibyte are refused before they are read whole."""

from collections.abc import AsyncIterator

import pytest

from shared.http.limits import MOST_BYTES
from shared.http.problems import MEDIA_TYPE
from shared.ids import new_id
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

JSON = {"Content-Type": "application/json"}


def body(size: int) -> bytes:
    """A body of this size that asks for nothing possible."""
    return b'{"text": "' + b"x" * (size - 12) + b'"}'


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES, 422), (MOST_BYTES + 1, 413), (10 * MOST_BYTES, 413)])
async def test_a_body_may_have_one_mebibyte(diary: Running, size: int, status: int, chunked: bool, keyed: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        whole = body(size)
        for start in range(0, size, 65_536):
            yield whole[start : start + 65_536]

    headers = JSON | ({"Idempotency-Key": str(new_id())} if keyed else {})
    async with diary.agency("tamme") as city:
        content = chunks() if chunked else body(size)
        answer = await city.post("/api/v1/entries", content=content, headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, MEDIA_TYPE)
    assert answer.headers["X-Request-Id"] == answer.json()["request_id"]


async def test_no_more_is_taken_than_is_needed_to_refuse(diary: Running) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 100 * MOST_BYTES:
            taken += 65_536
            yield b" " * 65_536

    async with diary.agency("tamme") as city:
        answer = await city.post("/api/v1/entries", content=endless(), headers=JSON)
    assert answer.status_code == 413
    assert taken <= MOST_BYTES + 2 * 65_536


@pytest.mark.parametrize("said", ["x", "-1", "1.5", "\u00b2", "9" * 5000])
async def test_a_length_that_is_none_is_refused(diary: Running, said: str) -> None:
    headers = JSON | {"Content-Length": said.encode("latin-1")}
    async with diary.agency("tamme") as city:
        answer = await city.post("/api/v1/entries", content=b"{}", headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == MEDIA_TYPE
