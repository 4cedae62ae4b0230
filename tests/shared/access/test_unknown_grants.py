"""A service that cannot know whether a grant still stands rests nothing on one, and goes on otherwise."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from shared.actor import Actor, Role
from shared.db.errand import Errand
from shared.db.work import unit_of_work
from shared.ids import new_id
from tests.shared.access.records import OTHER, OWNER, entry_of, opened, told
from tests.shared.diary import Entry
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(autouse=True)
def out_of_date(diary: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diary.runtime, "around", replace(diary.runtime.around, grants_are_current=lambda: False))


async def test_another_agencys_row_is_withheld(diary: Running) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    await opened(diary, client)
    async with diary.agency(OTHER) as fund:
        for path in (f"/api/v1/entries/{entry}", f"/api/v1/entries?client_id={client}"):
            answer = await fund.get(path)
            assert answer.status_code == 503
            assert answer.json()["type"].endswith("/access-state-unknown")
            assert answer.headers["Retry-After"]
    assert await told(diary, client) == []


async def test_a_list_that_rests_on_a_grant_in_part_is_withheld_whole(diary: Running) -> None:
    client = new_id()
    await entry_of(diary, client)
    async with diary.agency(OTHER) as fund:
        await fund.post("/api/v1/entries", json={"client_id": str(client), "text": "ours"})
        assert (await fund.get(f"/api/v1/entries?client_id={client}")).status_code == 200
        await opened(diary, client)
        assert (await fund.get(f"/api/v1/entries?client_id={client}")).status_code == 503


async def test_a_change_that_rests_on_a_grant_is_not_made(diary: Running) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    await opened(diary, client)
    async with diary.agency(OTHER) as fund:
        change = await fund.patch(f"/api/v1/entries/{entry}", json={"text": "y"}, headers={"If-Match": "*"})
    assert change.status_code == 503
    async with diary.work() as work:
        assert await work.check(select(Entry.text).where(Entry.id == entry)) == [("x",)]


async def test_own_rows_are_served(diary: Running) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    async with diary.agency(OWNER) as city:
        assert (await city.get(f"/api/v1/entries/{entry}")).status_code == 200


async def test_a_row_that_no_grant_opens_is_not_there_as_ever(diary: Running) -> None:
    entry = await entry_of(diary, new_id())
    async with diary.agency(OTHER) as fund:
        assert (await fund.get(f"/api/v1/entries/{entry}")).status_code == 404


@pytest.mark.parametrize("who", ["person", "service"])
async def test_the_person_and_sidus_itself_need_no_grant(diary: Running, who: str) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    person = diary.actor("residents", Role.PERSON, person=client)
    actor = person if who == "person" else Actor.service("diary", "r")
    async with unit_of_work(diary.runtime.around, actor, Errand("test")) as work:
        assert await work.first(select(Entry).where(Entry.id == entry)) is not None
        await work.commit()
