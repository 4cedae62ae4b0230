"""Pages: every row exactly once, whatever their size and whatever is added meanwhile."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.access.categories import Category
from shared.actor import Role
from shared.ids import new_id
from tests.shared.diary import Entry
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def write(diary: Running, client: Any, count: int) -> list[str]:
    """Entries of one moment, so that only their ids tell them apart; answers their texts."""
    texts = [new_id().hex for _ in range(count)]
    async with diary.work() as work:
        for text in texts:
            scope = {"owner_agency": "tamme", "client_id": client, "category": Category.JOURNAL}
            work.add(Entry(id=new_id(), text=text, **scope))
        await work.commit()
    return texts


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 9), st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), min_size=1, max_size=6))
async def test_every_row_is_shown_exactly_once(diary: Running, count: int, pages: list[tuple[int, int]]) -> None:
    client, shown = new_id(), list[str]()
    there = await write(diary, client, count)
    asked: dict[str, Any] = {"client_id": str(client)}
    async with diary.agency("tamme") as city:
        for limit, added in itertools.cycle(pages):
            answer = (await city.get("/api/v1/entries", params=asked | {"limit": limit})).json()
            shown += [item["text"] for item in answer["items"]]
            assert len(answer["items"]) <= limit
            if answer["next"] is None:
                break
            asked["cursor"] = answer["next"]
            await write(diary, client, added)
    assert sorted(shown) == sorted(there)


async def test_the_link_leads_to_the_page_that_follows(diary: Running) -> None:
    client = new_id()
    texts = await write(diary, client, 3)
    async with diary.agency("tamme") as city:
        first = await city.get(f"/api/v1/entries?client_id={client}&limit=2")
        target, _, relation = first.headers["Link"].partition("; ")
        second = await city.get(target.strip("<>"))
    assert relation == 'rel="next"'
    assert [item["text"] for item in first.json()["items"] + second.json()["items"]] == sorted(texts, reverse=True)
    assert second.json()["next"] is None
    assert "Link" not in second.headers


FORGED = {
    "invented": "abc",
    "with an invented signature": "WyIyMDI2Il0.abc",
    "not of this alphabet": "õ/\u0000",
    "empty": "",
    "longer than any": "x" * 501,
}


@pytest.mark.parametrize("cursor", FORGED)
async def test_a_forged_cursor_is_refused(diary: Running, cursor: str) -> None:
    async with diary.agency("tamme") as city:
        answer = await city.get("/api/v1/entries", params={"client_id": str(new_id()), "cursor": FORGED[cursor]})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/query/cursor"]


async def test_a_cursor_is_good_for_its_own_list_only(diary: Running) -> None:
    client = new_id()
    await write(diary, client, 2)
    async with diary.agency("tamme") as city:
        page = (await city.get(f"/api/v1/entries?client_id={client}&limit=1")).json()
    async with diary.calls(diary.actor("tamme", Role.SUPERVISOR)) as supervisor:
        path = f"/api/v1/diary/access-log?client_id={client}&cursor={page['next']}"
        answer = await supervisor.get(path)
    assert answer.status_code == 422


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", "1e3", "9" * 5000])
async def test_a_page_has_one_to_a_hundred_items(diary: Running, limit: str) -> None:
    async with diary.agency("tamme") as city:
        answer = await city.get("/api/v1/entries", params={"client_id": str(new_id()), "limit": limit})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/query/limit"]
