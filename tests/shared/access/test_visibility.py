"""What an actor sees: its own rows, and those a grant in force opens, on every path a query can take."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import delete, exists, func, insert, literal, select, union, update
from sqlalchemy.orm import aliased, joinedload, selectinload

from shared.access.categories import Category, Ground
from shared.access.models import AccessGrant
from shared.access.visibility import ChangeInBulk, ColumnsOfScoped, EntitiesInCheck
from shared.actor import Actor, Role
from shared.clock import Clock
from shared.db.work import Errand, UnitOfWork, unit_of_work
from shared.ids import new_id
from tests.shared.diary import Entry, Remark
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SERVICE = Actor.service("diary", "test")
READER, WRITER, STRANGER = "unemployment-fund", "tamme", "social-insurance-board"


class Still(Clock):
    """A clock that stands."""

    def now(self) -> datetime:
        """Always the same moment."""
        return NOW


@dataclass(frozen=True)
class Scene:
    """One client; an entry of each agency, and on each a remark by the other."""

    diary: Running
    client: UUID
    own: UUID
    foreign: UUID
    reader: str = READER

    @asynccontextmanager
    async def work(self, actor: Actor | None = None) -> AsyncIterator[UnitOfWork]:
        """A unit of work of the reading agency, or of another actor."""
        around = replace(self.diary.runtime.around, clock=Still())
        async with unit_of_work(around, actor or self.diary.actor(self.reader), Errand("test")) as work:
            yield work


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


async def listed(work: UnitOfWork, scene: Scene) -> bool:
    return scene.foreign in {row.id for row in await work.all(select(Entry).where(Entry.client_id == scene.client))}


async def got(work: UnitOfWork, scene: Scene) -> bool:
    return await work.session.get(Entry, scene.foreign) is not None


async def counted(work: UnitOfWork, scene: Scene) -> bool:
    query = select(func.count()).select_from(Entry).where(Entry.client_id == scene.client)
    return {1: False, 2: True}[(await work.session.execute(query)).scalar_one()]


async def joined(work: UnitOfWork, scene: Scene) -> bool:
    query = select(Remark).join(Entry, Remark.entry_id == Entry.id).where(Entry.id == scene.foreign)
    return bool(await work.all(query))


async def joined_by_relationship(work: UnitOfWork, scene: Scene) -> bool:
    return bool(await work.all(select(Remark).join(Remark.entry).where(Remark.entry_id == scene.foreign)))


async def outer_joined(work: UnitOfWork, scene: Scene) -> bool:
    query = select(Remark, Entry).outerjoin(Remark.entry).where(Remark.entry_id == scene.foreign)
    ((_, entry),) = (await work.session.execute(query)).all()
    return entry is not None


async def aliased_row(work: UnitOfWork, scene: Scene) -> bool:
    other = aliased(Entry)
    return bool(await work.all(select(other).where(other.id == scene.foreign)))


async def found_by_exists(work: UnitOfWork, scene: Scene) -> bool:
    there = exists().where(Entry.id == scene.foreign)
    return bool((await work.session.execute(select(literal(1)).where(there))).all())


async def found_by_exists_beside_own(work: UnitOfWork, scene: Scene) -> bool:
    other = aliased(Entry)
    there = select(other).where(other.client_id == Entry.client_id, other.id != Entry.id).exists()
    return bool(await work.all(select(Entry).where(Entry.id == scene.own, there)))


async def found_by_in(work: UnitOfWork, scene: Scene) -> bool:
    inner = select(Entry.id).where(Entry.client_id == scene.client)
    return scene.foreign in {row.entry_id for row in await work.all(select(Remark).where(Remark.entry_id.in_(inner)))}


async def found_by_any(work: UnitOfWork, scene: Scene) -> bool:
    return bool(await work.all(select(Entry).where(Entry.id == scene.own, Entry.remarks.any())))


async def derived(work: UnitOfWork, scene: Scene) -> bool:
    inner = select(Entry).where(Entry.client_id == scene.client).subquery()
    return scene.foreign in {row.id for row in await work.all(select(aliased(Entry, inner)))}


async def in_cte(work: UnitOfWork, scene: Scene) -> bool:
    inner = select(Entry.id).where(Entry.client_id == scene.client).cte()
    return {1: False, 2: True}[(await work.session.execute(select(func.count()).select_from(inner))).scalar_one()]


async def in_union(work: UnitOfWork, scene: Scene) -> bool:
    both = union(select(Entry).where(Entry.id == scene.own), select(Entry).where(Entry.id == scene.foreign))
    return scene.foreign in {row.id for row in await work.session.scalars(select(Entry).from_statement(both))}


async def lazily_loaded(work: UnitOfWork, scene: Scene) -> bool:
    remark = await work.one(select(Remark).where(Remark.entry_id == scene.foreign, Remark.owner_agency == scene.reader))
    return await work.session.run_sync(lambda _: remark.entry) is not None


async def lazily_loaded_list(work: UnitOfWork, scene: Scene) -> bool:
    entry = await work.one(select(Entry).where(Entry.id == scene.own))
    return bool(await work.session.run_sync(lambda _: entry.remarks))


async def loaded_in_same_query(work: UnitOfWork, scene: Scene) -> bool:
    query = select(Remark).where(Remark.entry_id == scene.foreign).options(joinedload(Remark.entry))
    return (await work.one(query)).entry is not None


async def loaded_in_next_query(work: UnitOfWork, scene: Scene) -> bool:
    query = select(Entry).where(Entry.id == scene.own).options(selectinload(Entry.remarks))
    return bool((await work.one(query)).remarks)


PATHS: tuple[Callable[[UnitOfWork, Scene], Awaitable[bool]], ...] = (
    listed, got, counted, joined, joined_by_relationship, outer_joined, aliased_row, found_by_exists,
    found_by_exists_beside_own, found_by_in, found_by_any, derived, in_cte, in_union, lazily_loaded,
    lazily_loaded_list, loaded_in_same_query, loaded_in_next_query,
)  # fmt: skip
NAMES = [path.__name__ for path in PATHS]


async def paths_that_show(scene: Scene) -> dict[str, bool]:
    """On which paths the reading agency sees the other's row; nothing is remembered from one to the next."""
    seen = {}
    async with scene.work() as work:
        for path in PATHS:
            seen[path.__name__] = await path(work, scene)
            work.session.expunge_all()
    return seen


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
