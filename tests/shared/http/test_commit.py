"""The answer leaves after the commit: what was told as done is done, and what failed was not told as done."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy import func, select

from shared.http.app import create_app
from shared.ids import new_id
from tests.shared.conftest import Lines
from tests.shared.diary import SECRET, Entry, Promise, service
from tests.support.service import Running, serve, settings

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_was_answered_has_been_committed(diary: Running) -> None:
    form = {"client_id": str(new_id()), "text": "came by"}
    async with diary.agency("tamme") as city:
        made = await city.post("/api/v1/entries", json=form)
    assert made.status_code == 201
    assert await stored(diary, UUID(made.json()["id"])) == 1


async def test_a_constraint_that_breaks_at_the_commit_is_not_told_as_success(diary: Running, lines: Lines) -> None:
    entry = new_id()
    async with diary.agency("tamme") as city:
        answer = await city.post(f"/api/v1/entries/{entry}/broken-promise")
    assert answer.status_code == 500
    assert answer.json()["type"].endswith("/internal-error")
    assert SECRET not in answer.text + json.dumps(lines())
    async with diary.work() as work:
        ((promises,),) = await work.check(select(func.count(Promise.id)).where(Promise.entry_id == entry))
    assert promises == 0


async def test_a_connection_lost_before_the_commit_is_told_as_unavailable(diary: Running) -> None:
    async with diary.agency("tamme") as city:
        answer = await city.post(f"/api/v1/entries/{new_id()}/lost-connection")
        assert answer.status_code == 503, answer.text
        assert answer.json()["type"].endswith("/unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        following = await city.post("/api/v1/entries", json={"client_id": str(new_id()), "text": "goes on"})
    assert following.status_code == 201


async def test_a_failed_commit_leaves_the_idempotency_key_free(diary: Running) -> None:
    headers = {"Idempotency-Key": str(new_id())}
    async with diary.agency("tamme") as city:
        path = f"/api/v1/entries/{new_id()}/lost-connection"
        statuses = [(await city.post(path, headers=headers)).status_code for _ in range(2)]
    assert statuses == [503, 503]


async def stored(diary: Running, entry: UUID) -> int:
    """How many such entries another connection sees."""
    async with diary.work() as work:
        ((count,),) = await work.check(select(func.count(Entry.id)).where(Entry.id == entry))
    return int(count)


@asynccontextmanager
async def refusing() -> AsyncIterator[int]:
    """A port on which nobody listens."""
    yield 1


@asynccontextmanager
async def silent() -> AsyncIterator[int]:
    """A port on which somebody listens and never says a word."""
    async with await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("down", [refusing, silent])
async def test_a_database_that_is_down_is_told_as_unavailable(
    down: Callable[[], AbstractAsyncContextManager[int]],
) -> None:
    async with down() as port:
        given = settings(f"postgresql://diary:pw@127.0.0.1:{port}/diary")
        async with serve(service, create_app(service), given) as running, running.agency("tamme") as city:
            answer = await city.get(f"/api/v1/entries/{new_id()}")
            ready, live = await city.get("/health/ready"), await city.get("/health/live")
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("/unavailable")
    assert (ready.status_code, ready.json()["database"]) == (503, "down")
    assert live.status_code == 200
