"""A merge points what hangs on one client at another; undone, every row names whom it named before."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from sqlalchemy import select, text

from shared.access.categories import Category
from shared.access.merging import Effect, Merging
from shared.actor import Actor, Role
from shared.events.catalog.case import MergeMade, MergeUndone
from shared.http.problems import Unavailable
from shared.ids import new_id
from tests.shared.access.records import OWNER, entry_of, opened, told, waits_for_aliases
from tests.shared.diary import Base, Entry, Remark
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

MERGING = Merging(Base)
TABLES = ("entry", "remark", "access_grant", "merged_client", "merge_move")


@dataclass(frozen=True)
class Merge:
    """One record merged into another."""

    diary: Running
    merged: UUID = field(default_factory=new_id)
    survivor: UUID = field(default_factory=new_id)
    id: UUID = field(default_factory=new_id)

    async def made(self) -> Effect:
        """Carry it out."""
        async with self.diary.work() as work:
            effect = await MERGING.make(work, MergeMade(client_id=self.survivor, **self._terms))
            await work.commit()
        return effect

    async def undone(self, *cases: UUID) -> Effect:
        """Take it back; it is taken to have been made at the beginning of the test."""
        began = self.diary.runtime.clock.beginning_of(self.diary.runtime.clock.today())
        undoing = MergeUndone(client_id=self.survivor, made_at=began, cases=list(cases), **self._terms)
        async with self.diary.work() as work:
            effect = await MERGING.undo(work, undoing)
            await work.commit()
        return effect

    @property
    def _terms(self) -> dict[str, UUID]:
        return {"merge_id": self.id, "survivor_id": self.survivor, "merged_id": self.merged}


async def rows(diary: Running) -> Mapping[str, set[str]]:
    """Every row of the tables that a merge may touch, as text."""
    async with diary.work() as work:
        return {
            table: set((await work.execute(text(f"SELECT t::text FROM {table} t"))).scalars())  # noqa: S608
            for table in TABLES
        }


async def named_by(diary: Running, entry: UUID) -> UUID:
    """The client whom an entry is about."""
    async with diary.work() as work:
        return (await work.one(select(Entry).where(Entry.id == entry))).client_id


async def remark_on(diary: Running, entry: UUID) -> UUID:
    """Add to an entry, about whomever the entry is about."""
    async with diary.work() as work:
        whole = await work.one(select(Entry).where(Entry.id == entry))
        remark = Remark(
            id=new_id(), entry_id=entry, owner_agency=OWNER, client_id=whole.client_id, category="journal", text="y"
        )
        work.add(remark)
        await work.commit()
    return remark.id


async def test_what_names_the_merged_client_names_the_survivor_and_undone_the_merged_again(diary: Running) -> None:
    merge = Merge(diary)
    entry = await entry_of(diary, merge.merged)
    await remark_on(diary, entry)
    await opened(diary, merge.merged)
    await entry_of(diary, merge.survivor)
    before = await rows(diary)

    assert await merge.made() == Effect(3, {})
    assert await named_by(diary, entry) == merge.survivor
    assert str(merge.merged) not in str([(await rows(diary))[table] for table in TABLES[:3]])

    assert (await merge.undone()).moved == 3
    assert await rows(diary) == before


async def test_what_is_made_since_stays_with_the_survivor_and_is_told(diary: Running) -> None:
    merge = Merge(diary)
    await merge.made()
    since = await entry_of(diary, merge.survivor)

    assert await merge.undone() == Effect(0, {"entry": 1})
    assert await named_by(diary, since) == merge.survivor


async def test_what_is_written_under_the_old_id_names_the_survivor_and_returns(diary: Running) -> None:
    merge = Merge(diary)
    await merge.made()
    since = await entry_of(diary, merge.merged)
    assert await named_by(diary, since) == merge.survivor

    await merge.undone()

    assert await named_by(diary, since) == merge.merged


async def test_a_part_that_is_added_since_to_what_returns_returns_with_it(diary: Running) -> None:
    merge = Merge(diary)
    entry = await entry_of(diary, merge.merged)
    await merge.made()
    await remark_on(diary, entry)

    assert (await merge.undone()).moved == 2

    async with diary.work() as work:
        (remark,) = await work.all(select(Remark).where(Remark.entry_id == entry))
    assert remark.client_id == merge.merged


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "the later first"])
async def test_merges_that_follow_each_other_are_taken_back_one_by_one(diary: Running, order: tuple[int, int]) -> None:
    first = Merge(diary)
    second = Merge(diary, merged=first.survivor)
    entry = await entry_of(diary, first.merged)
    before = await rows(diary)
    for one in order:
        await (first, second)[one].made()
    assert await named_by(diary, entry) == second.survivor

    await second.undone()
    assert await named_by(diary, entry) == first.survivor
    await first.undone()
    assert await rows(diary) == before


async def test_a_merge_that_comes_before_the_undoing_of_an_earlier_one_waits(diary: Running) -> None:
    earlier = Merge(diary)
    await earlier.made()
    again, backwards = Merge(diary, merged=earlier.merged), Merge(diary, earlier.survivor, earlier.merged)
    for later in (again, backwards):
        with pytest.raises(Unavailable):
            await later.made()

    await earlier.undone()

    await again.made()
    await again.undone()
    await backwards.made()


async def test_a_merge_that_is_made_twice_and_undone_twice_has_one_effect(diary: Running) -> None:
    merge = Merge(diary)
    entry = await entry_of(diary, merge.merged)
    before = await rows(diary)
    assert [(await merge.made()).moved, (await merge.made()).moved] == [1, 0]
    assert [(await merge.undone()).moved, (await merge.undone()).moved] == [1, 0]
    assert await named_by(diary, entry) == merge.merged
    assert await rows(diary) == before


async def test_the_merge_gives_way_to_who_is_writing_and_takes_along_what_they_wrote(diary: Running) -> None:
    merge = Merge(diary)
    entry = Entry(id=new_id(), owner_agency=OWNER, client_id=merge.merged, category=Category.JOURNAL, text="x")
    async with diary.work() as work:
        work.add(entry)
        await work.flush()
        with pytest.raises(Unavailable):
            await merge.made()
        await work.commit()

    await merge.made()

    assert await named_by(diary, entry.id) == merge.survivor


async def test_who_writes_while_a_merge_is_made_waits_and_writes_to_the_survivor(diary: Running) -> None:
    merge = Merge(diary)
    async with diary.work() as work:
        await MERGING.make(work, MergeMade(client_id=merge.survivor, **merge._terms))
        writing = asyncio.create_task(entry_of(diary, merge.merged))
        await waits_for_aliases(diary)
        await work.commit()

    assert await named_by(diary, await writing) == merge.survivor


async def test_who_read_before_the_merge_and_writes_after_it_writes_to_the_survivor(diary: Running) -> None:
    merge = Merge(diary)
    entry = await entry_of(diary, merge.merged)
    async with diary.work() as work:
        read = await work.one(select(Entry).where(Entry.id == entry))
        await merge.made()
        since = Entry(id=new_id(), owner_agency=OWNER, client_id=read.client_id, category=Category.JOURNAL, text="x")
        work.add(since)
        read.text = "otherwise"
        await work.commit()

    assert await named_by(diary, since.id) == merge.survivor
    assert await named_by(diary, entry) == merge.survivor


async def test_a_person_with_the_old_id_sees_what_the_survivor_sees(diary: Running) -> None:
    merge = Merge(diary)
    entries = {await entry_of(diary, merge.merged), await entry_of(diary, merge.survivor)}
    await merge.made()
    person = Actor.model_validate(diary.actor("residents", Role.PERSON).model_dump() | {"person": merge.merged})

    async with diary.work(person) as work:
        assert {entry.id for entry in await work.all(select(Entry))} == entries


async def test_a_list_that_is_asked_for_by_the_old_id_answers_with_the_survivors(diary: Running) -> None:
    merge = Merge(diary)
    entry = await entry_of(diary, merge.merged)
    await merge.made()

    async with diary.agency(OWNER) as http:
        answer = await http.get("/api/v1/entries", params={"client_id": str(merge.merged), "limit": 5})
        asked_anew = await http.get(answer.headers["Content-Location"])
        by_survivor = await http.get("/api/v1/entries", params={"client_id": str(merge.survivor), "limit": 5})

    assert [item["id"] for item in answer.json()["items"]] == [str(entry)]
    assert answer.json()["items"][0]["client_id"] == str(merge.survivor)
    assert asked_anew.json() == answer.json() == by_survivor.json()
    assert "Content-Location" not in by_survivor.headers


async def test_the_log_of_the_survivor_tells_of_the_merged_record_too(diary: Running) -> None:
    merge = Merge(diary)
    entry = await entry_of(diary, merge.merged)
    async with diary.agency(OWNER) as http:
        await http.get(f"/api/v1/entries/{entry}")
    await merge.made()

    async with diary.person(str(merge.survivor)) as http:
        log = (await http.get("/api/v1/diary/access-log", params={"client_id": str(merge.merged)})).json()["items"]

    assert [(item["action"], item["ground"]) for item in log] == [("merge", "service"), ("read", "own")]
    assert [entry[1] for entry in await told(diary, merge.merged)] == ["read", "merge"]
