"""Every read and change of a client's data leaves its entry in the access log, with it or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from shared.access.categories import Category, Ground
from shared.access.models import AccessGrant
from shared.actor import Actor, Role
from shared.http.problems import AccessStateUnknown
from shared.ids import new_id
from tests.shared.access.records import OTHER, OWNER, entry_of, logged, opened, told
from tests.shared.diary import Entry, Remark
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_entry_tells_when_who_what_why_and_on_whose_errand(diary: Running) -> None:
    client, case, before = new_id(), new_id(), diary.runtime.clock.now()
    facts = {"officer": "kati", "purpose": "task", "case": case, "legal_code": "SHS:15", "request_id": "r-1"}
    async with diary.agency(OWNER, **facts) as city:
        made = await city.post("/api/v1/entries", json={"client_id": str(client), "text": "came by"})
        await city.get(made.headers["Location"])
    written, read = await logged(diary, client)
    for entry in (written, read):
        assert (entry.agency, entry.officer, entry.purpose, entry.case_id) == (OWNER, "kati", "task", case)
        assert (entry.legal_code, entry.request_id, entry.categories, entry.ground) == (
            "SHS:15",
            "r-1",
            ["journal"],
            "own",
        )
        assert before <= entry.at <= diary.runtime.clock.now()
    assert [(entry.action, entry.operation) for entry in (written, read)] == [
        ("create", "write_entry"),
        ("read", "read_entry"),
    ]


async def test_a_list_leaves_one_entry_for_each_client_and_ground(diary: Running) -> None:
    client = new_id()
    await entry_of(diary, client)
    await entry_of(diary, client, Category.NEEDS)
    await opened(diary, client)
    async with diary.agency(OWNER) as city, diary.agency(OTHER) as fund:
        await fund.post("/api/v1/entries", json={"client_id": str(client), "text": "ours", "category": "plan"})
        await city.get(f"/api/v1/entries?client_id={client}")
        await fund.get(f"/api/v1/entries?client_id={client}")
    create, *reads = await told(diary, client)
    assert create == (OTHER, "create", "own", ["plan"])
    assert sorted(reads) == [
        (OWNER, "read", "own", ["journal", "needs"]),
        (OTHER, "read", "consent", ["journal"]),
        (OTHER, "read", "own", ["plan"]),
    ]


async def test_a_list_that_shows_nothing_leaves_nothing(diary: Running) -> None:
    client = new_id()
    await entry_of(diary, client)
    async with diary.agency(OTHER) as fund:
        assert (await fund.get(f"/api/v1/entries?client_id={client}")).json()["items"] == []
    assert await told(diary, client) == []


@pytest.mark.parametrize("ground", [Ground.SHARED_RECORD, Ground.CONSENT, Ground.STATUTE, Ground.DANGER])
async def test_another_agencys_row_is_read_on_the_ground_that_opens_it(diary: Running, ground: Ground) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    await opened(diary, client, ground=ground)
    async with diary.agency(OTHER) as fund:
        assert (await fund.get(f"/api/v1/entries/{entry}")).status_code == 200
    assert await told(diary, client) == [(OTHER, "read", ground, ["journal"])]


async def test_a_row_of_which_only_news_is_asked_has_been_read(diary: Running) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    async with diary.agency(OWNER) as city:
        assert (await city.get(f"/api/v1/entries/{entry}", headers={"If-None-Match": '"1"'})).status_code == 304
    assert await told(diary, client) == [(OWNER, "read", "own", ["journal"])]


async def test_a_change_leaves_what_was_read_and_what_was_changed(diary: Running) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    async with diary.agency(OWNER) as city:
        await city.patch(f"/api/v1/entries/{entry}", json={"text": "y"}, headers={"If-Match": '"1"'})
    assert sorted(row[1] for row in await told(diary, client)) == ["change", "read"]


async def test_a_change_that_is_refused_leaves_what_was_read_only(diary: Running) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    async with diary.agency(OWNER) as city:
        refused = await city.patch(f"/api/v1/entries/{entry}", json={"text": "y"}, headers={"If-Match": '"7"'})
    assert refused.status_code == 412
    assert [row[1] for row in await told(diary, client)] == ["read"]


async def test_a_row_removed_and_rows_loaded_through_others_are_logged(diary: Running) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    async with diary.work() as work:
        work.add(Remark(entry_id=entry, owner_agency=OWNER, client_id=client, category=Category.HEALTH, text="r"))
        await work.flush()
        work.ledger.clear()
        await work.commit()
    async with diary.work(diary.actor(OWNER)) as work:
        row = await work.one(select(Entry).where(Entry.id == entry))
        (remark,) = await work.session.run_sync(lambda _: row.remarks)
        await work.session.delete(remark)
        await work.commit()
    assert sorted(await told(diary, client)) == [
        (OWNER, "read", "own", ["health", "journal"]),
        (OWNER, "remove", "own", ["health"]),
    ]


@pytest.mark.parametrize(
    ("facts", "ground"),
    [({"agency": "residents", "role": Role.PERSON}, "person"), (None, "service")],
    ids=["person", "service"],
)
async def test_the_person_and_sidus_itself_are_logged_as_such(
    diary: Running, facts: dict[str, Any] | None, ground: str
) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    actor = diary.actor(**facts, person=client) if facts else Actor.service("diary", "r")
    async with diary.work(actor) as work:
        await work.one(select(Entry).where(Entry.id == entry))
        await work.commit()
    assert [(row[1], row[2]) for row in await told(diary, client)] == [("read", ground)]


async def test_what_is_rolled_back_leaves_nothing(diary: Running) -> None:
    client = new_id()
    await entry_of(diary, client)
    async with diary.work(diary.actor(OWNER)) as work:
        await work.all(select(Entry).where(Entry.client_id == client))
    async with diary.agency(OWNER) as city:
        crashed = await city.post(f"/api/v1/entries/{new_id()}/crash")
    assert crashed.status_code == 500
    assert await told(diary, client) == []


async def test_entry_and_effect_commit_together_or_not_at_all(diary: Running) -> None:
    client = new_id()
    too_much_to_log = diary.actor(OWNER).model_copy(update={"purpose": "p" * 65})
    async with diary.work(too_much_to_log) as work:
        work.add(Entry(id=new_id(), owner_agency=OWNER, client_id=client, category=Category.PLAN, text="x"))
        with pytest.raises(Exception, match="value too long"):
            await work.commit()
    async with diary.work() as work:
        assert await work.check(select(Entry.id).where(Entry.client_id == client)) == []


async def test_an_answer_does_not_leave_when_its_ground_is_gone_before_the_commit(diary: Running) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    await opened(diary, client)
    async with diary.work(diary.actor(OTHER)) as work:
        assert await work.first(select(Entry).where(Entry.id == entry)) is not None
        async with diary.work() as other:
            await other.execute(delete(AccessGrant).where(AccessGrant.client_id == client))
            await other.commit()
        with pytest.raises(AccessStateUnknown):
            await work.commit()
    assert await told(diary, client) == []


async def test_of_several_grounds_one_that_holds_is_named(diary: Running) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    over = {
        "valid_from": diary.runtime.clock.now() - timedelta(2),
        "valid_until": diary.runtime.clock.now() - timedelta(1),
    }
    await opened(diary, client, ground=Ground.DANGER, **over)
    await opened(diary, client, ground=Ground.STATUTE, source_agency="probation")
    await opened(diary, client, ground=Ground.CONSENT)
    async with diary.agency(OTHER) as fund:
        await fund.get(f"/api/v1/entries/{entry}")
    assert await told(diary, client) == [(OTHER, "read", "consent", ["journal"])]
