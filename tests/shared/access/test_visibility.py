"""What an actor sees: its own rows, and those a grant in force opens, on every path a query can take."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import aliased

from shared.access.categories import Category, Ground
from shared.access.models import AccessGrant
from shared.access.visibility import ChangeInBulk, ColumnsOfScoped, EntitiesInCheck
from shared.actor import Role
from shared.ids import new_id
from tests.shared.access.scene import HOUR, NAMES, NOW, READER, SERVICE, STRANGER, WRITER, Scene, paths_that_show
from tests.shared.diary import Entry, Remark
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def scene(diary: Running) -> Scene:
    scene = Scene(diary, client=new_id(), own=new_id(), foreign=new_id())
    async with scene.work(SERVICE) as work:
        for entry, owner, other in ((scene.own, READER, WRITER), (scene.foreign, WRITER, READER)):
            scope = {"client_id": scene.client, "category": Category.NEEDS}
            work.add(Entry(id=entry, owner_agency=owner, text=owner, **scope))
            await work.flush()
            work.add(Remark(entry_id=entry, owner_agency=other, text=other, **scope))
        await work.commit()
    return scene


async def grant(scene: Scene, **changes: Any) -> None:
    """Open the writer's rows to the reader, or as `changes` would have it."""
    terms = {
        "grant_id": new_id(),
        "client_id": scene.client,
        "grantee": READER,
        "category": Category.NEEDS,
        "source_agency": WRITER,
        "ground": Ground.CONSENT,
        "valid_from": NOW - HOUR,
        "valid_until": NOW + HOUR,
    }
    async with scene.work(SERVICE) as work:
        await work.execute(insert(AccessGrant).values(terms | {"id": new_id()} | changes))
        await work.commit()


GRANTS: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "none": ([], False),
    "in force": ([{}], True),
    "in force from this moment": ([{"valid_from": NOW}], True),
    "in force for ever": ([{"valid_until": None}], True),
    "of every agency's rows": ([{"source_agency": None}], True),
    "expired": ([{"valid_until": NOW - HOUR}], False),
    "expired at this moment": ([{"valid_until": NOW}], False),
    "not yet in force": ([{"valid_from": NOW + HOUR}], False),
    "of another category": ([{"category": Category.HEALTH}], False),
    "of another agency's rows": ([{"source_agency": STRANGER}], False),
    "about another client": ([{"client_id": UUID(int=1)}], False),
    "to another agency": ([{"grantee": STRANGER}], False),
    "one expired and one in force": ([{"valid_until": NOW - HOUR}, {}], True),
    "each right in part": ([{"category": Category.HEALTH}, {"grantee": STRANGER}], False),
}


@pytest.mark.parametrize("state", GRANTS)
async def test_another_agencys_row_shows_only_where_a_grant_in_force_opens_it(scene: Scene, state: str) -> None:
    grants, visible = GRANTS[state]
    for terms in grants:
        await grant(scene, **terms)
    assert await paths_that_show(scene) == dict.fromkeys(NAMES, visible)


async def test_one_agencys_rights_are_never_taken_for_anothers(scene: Scene) -> None:
    """The criteria of a query are compiled once and kept, so each agency asks after another that sees more or less."""
    await grant(scene)
    mirrored = replace(scene, reader=WRITER, own=scene.foreign, foreign=scene.own)
    for asking, visible in ((scene, True), (mirrored, False), (scene, True)):
        assert await paths_that_show(asking) == dict.fromkeys(NAMES, visible)


SEEN_BY: dict[str, tuple[dict[str, Any], set[str]]] = {
    "the person themself": ({"agency": "residents", "role": Role.PERSON, "person": "self"}, {READER, WRITER}),
    "another person": ({"agency": "residents", "role": Role.PERSON, "person": UUID(int=7)}, set()),
    "a person nobody knows": ({"agency": "residents", "role": Role.PERSON, "person": None}, set()),
    "the public": ({"agency": READER, "role": Role.PUBLIC}, set()),
    "an officer of the owner": ({"agency": WRITER}, {WRITER}),
    "an officer of neither": ({"agency": STRANGER}, set()),
}


@pytest.mark.parametrize("who", SEEN_BY)
async def test_each_kind_of_actor_sees_what_is_theirs_to_see(scene: Scene, who: str) -> None:
    facts, visible = SEEN_BY[who]
    themself = {"person": scene.client} if facts.get("person") == "self" else {}
    actor = scene.diary.actor(**(facts | themself))
    async with scene.work(actor) as work:
        rows = await work.all(select(Entry).where(Entry.client_id == scene.client))
    assert {row.owner_agency for row in rows} == visible


async def test_a_service_sees_every_row(scene: Scene) -> None:
    async with scene.work(SERVICE) as work:
        rows = await work.all(select(Entry).where(Entry.client_id == scene.client))
    assert {row.id for row in rows} == {scene.own, scene.foreign}


async def test_a_check_counts_every_agencys_rows(scene: Scene) -> None:
    async with scene.work(scene.diary.actor(STRANGER)) as work:
        ((count,),) = await work.check(select(func.count(Entry.id)).where(Entry.client_id == scene.client))
    assert count == 2


OTHER = aliased(Entry)


@pytest.mark.parametrize(
    "query", [select(Entry), select(OTHER), select(Entry.id, Remark)], ids=["row", "alias", "mixed"]
)
async def test_a_check_never_answers_with_rows(scene: Scene, query: Any) -> None:
    async with scene.work() as work:
        with pytest.raises(EntitiesInCheck):
            await work.check(query)


COLUMNS = {
    "a column": select(Entry.text),
    "a column of an alias": select(OTHER.text),
    "a function of a column": select(func.max(Entry.text)),
    "a function of an alias": select(func.max(OTHER.text)),
    "a column beside a row": select(Entry, Remark.text),
    "an expression": select(Entry.text + "!"),
}


@pytest.mark.parametrize("query", COLUMNS)
async def test_columns_of_personal_rows_cannot_pass_by_the_access_log(scene: Scene, query: str) -> None:
    async with scene.work() as work:
        with pytest.raises(ColumnsOfScoped):
            await work.execute(COLUMNS[query])


IN_BULK = {
    "insert": insert(Entry).values(id=UUID(int=3)),
    "update": update(Entry).values(mood=1),
    "delete": delete(Remark),
}


@pytest.mark.parametrize("statement", IN_BULK)
async def test_personal_rows_cannot_be_changed_in_bulk_past_the_access_log(scene: Scene, statement: str) -> None:
    async with scene.work() as work:
        with pytest.raises(ChangeInBulk):
            await work.execute(IN_BULK[statement])
