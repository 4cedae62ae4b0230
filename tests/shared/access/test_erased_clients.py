"""Once everything of a client was erased, nothing is written under the id any more, whoever writes and whenever."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.access.aliases import ids_of
from shared.access.categories import Category
from shared.access.merging import Merging
from shared.actor import Actor, Role
from shared.events.catalog.case import MergeMade
from shared.http.problems import ClientErased, NotFound, Unavailable
from shared.ids import new_id
from shared.rights.erasure import Erasing, Scope
from tests.shared.access.records import OTHER, OWNER, entry_of, waits_for_aliases
from tests.shared.diary import Base, Entry
from tests.support.service import Running
from tests.support.statements import statements

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def erased(diary: Running, client: UUID, **narrower: Any) -> None:
    """Erase what the diary holds of a client."""
    async with diary.work() as work:
        await work.aliases.take()
        scope = Scope(await ids_of(work.session, client), **narrower)
        await Erasing(Base).erase(work, client, new_id(), scope)
        await work.commit()


async def written(diary: Running, client: UUID, agency: str = OWNER) -> Any:
    """What an agency is answered that writes an entry about a client."""
    async with diary.agency(agency) as http:
        return await http.post("/api/v1/entries", json={"client_id": str(client), "text": "x"})


async def entries(diary: Running, *clients: UUID) -> int:
    async with diary.work() as work:
        count = text("SELECT count(*) FROM entry WHERE client_id = ANY(:ids)")
        return int((await work.execute(count.bindparams(ids=list(clients)))).scalar_one())


async def test_who_had_to_do_with_the_client_is_told_why_nothing_is_written(diary: Running) -> None:
    client = new_id()
    assert (await written(diary, client)).status_code == 201
    await erased(diary, client)

    refusal = await written(diary, client)

    assert (refusal.status_code, refusal.json()["type"].rsplit("/", 1)[1]) == (410, "client-erased")
    (unmet,) = refusal.json()["unmet"]
    assert (unmet["code"], unmet["source"]) == ("client.erased", "GDPR art. 17(1)")
    assert await entries(diary, client) == 0


async def test_an_agency_that_had_nothing_to_do_with_the_client_is_told_that_there_is_none(diary: Running) -> None:
    client = new_id()
    await written(diary, client)
    await erased(diary, client)

    refusal = await written(diary, client, OTHER)

    assert (refusal.status_code, refusal.json()["type"].rsplit("/", 1)[1]) == (404, "not-found")
    assert "unmet" not in refusal.json()
    assert await entries(diary, client) == 0


@pytest.mark.parametrize(("theirs", "told"), [(True, ClientErased), (False, NotFound)], ids=["their own", "another's"])
async def test_a_person_is_told_of_their_own_erasure_only(diary: Running, theirs: bool, told: type[Exception]) -> None:
    client = new_id()
    await written(diary, client)
    await erased(diary, client)
    someone = diary.actor("residents", Role.PERSON, person=client if theirs else new_id())

    with pytest.raises(told):
        await entry_by(diary, someone, client)


async def entry_by(diary: Running, actor: Actor, client: UUID) -> None:
    async with diary.work(actor) as work:
        work.add(Entry(id=new_id(), owner_agency=OWNER, client_id=client, category=Category.JOURNAL, text="x"))
        await work.commit()


async def test_the_ids_of_records_merged_into_the_erased_one_are_erased_with_it(diary: Running) -> None:
    client, merged = new_id(), new_id()
    await entry_of(diary, merged)
    async with diary.work() as work:
        ids = {"merge_id": new_id(), "survivor_id": client, "merged_id": merged}
        await Merging(Base).make(work, MergeMade(client_id=client, **ids))
        await work.commit()
    await erased(diary, client)

    assert {(await written(diary, one)).status_code for one in (client, merged)} == {404}
    async with diary.work() as work:
        marks = await work.execute(text("SELECT client_id FROM erased_client"))
        assert {client, merged} <= {*marks.scalars()}
    assert await entries(diary, client, merged) == 0


@pytest.mark.parametrize("narrower", [{"agency": OWNER}, {"categories": [Category.JOURNAL]}], ids=str)
async def test_of_whom_a_part_was_erased_more_may_be_written(diary: Running, narrower: dict[str, Any]) -> None:
    client = new_id()
    await written(diary, client)
    await erased(diary, client, **narrower)

    assert (await written(diary, client)).status_code == 201


async def test_the_erasure_gives_way_to_who_is_writing_and_takes_along_what_they_wrote(diary: Running) -> None:
    client = new_id()
    async with diary.work() as work:
        work.add(Entry(id=new_id(), owner_agency=OWNER, client_id=client, category=Category.JOURNAL, text="x"))
        await work.flush()
        with pytest.raises(Unavailable):
            await erased(diary, client)
        await work.commit()
    assert await entries(diary, client) == 1

    await erased(diary, client)

    assert await entries(diary, client) == 0


async def test_who_writes_while_a_client_is_erased_waits_and_is_refused(diary: Running) -> None:
    client = new_id()
    await written(diary, client)
    async with diary.work() as work:
        await work.aliases.take()
        await Erasing(Base).erase(work, client, new_id(), Scope([client]))
        writing = asyncio.create_task(written(diary, client))
        await waits_for_aliases(diary)
        await work.commit()

    assert (await writing).status_code == 410
    assert await entries(diary, client) == 0


async def test_whether_a_client_was_merged_or_erased_is_asked_at_once(diary: Running) -> None:
    with statements(diary.runtime.engine) as sent:
        assert (await written(diary, new_id())).status_code == 201
    asked = Counter(one.verb for one in sent if "merged_client" in one.text or "erased_client" in one.text)
    assert asked == Counter(["SELECT merged_client"])
