"""One client of two agencies, and every path by which a query of one may come to the other's row."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, func, literal, select, union
from sqlalchemy.orm import aliased, joinedload, selectinload

from shared.actor import Actor
from shared.clock import Clock
from shared.db.errand import Errand
from shared.db.work import UnitOfWork, unit_of_work
from shared.http.problems import NotFound
from tests.shared.diary import Entry, Remark
from tests.support.service import Running

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
    officer: str = f"{READER}.officer"

    @asynccontextmanager
    async def work(self, actor: Actor | None = None) -> AsyncIterator[UnitOfWork]:
        """A unit of work of the reading agency, or of another actor."""
        around = replace(self.diary.runtime.around, clock=Still())
        async with unit_of_work(around, actor or self._reading(), Errand("test")) as work:
            yield work

    def _reading(self) -> Actor:
        return self.diary.actor(self.reader, officer=self.officer)


async def listed(work: UnitOfWork, scene: Scene) -> bool:
    return scene.foreign in {row.id for row in await work.all(select(Entry).where(Entry.client_id == scene.client))}


async def got(work: UnitOfWork, scene: Scene) -> bool:
    return await work.session.get(Entry, scene.foreign) is not None


async def counted(work: UnitOfWork, scene: Scene) -> bool:
    query = select(func.count()).select_from(Entry).where(Entry.client_id == scene.client)
    return int((await work.session.execute(query)).scalar_one()) > 1


async def joined(work: UnitOfWork, scene: Scene) -> bool:
    query = select(Remark).join(Entry, Remark.entry_id == Entry.id).where(Entry.id == scene.foreign)
    return bool(await work.all(query))


async def joined_by_relationship(work: UnitOfWork, scene: Scene) -> bool:
    return bool(await work.all(select(Remark).join(Remark.entry).where(Remark.entry_id == scene.foreign)))


async def outer_joined(work: UnitOfWork, scene: Scene) -> bool:
    query = select(Remark, Entry).outerjoin(Remark.entry).where(Remark.entry_id == scene.foreign)
    return any(entry is not None for _, entry in (await work.session.execute(query)).all())


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
    return int((await work.session.execute(select(func.count()).select_from(inner))).scalar_one()) > 1


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
            with suppress(NotFound):
                seen[path.__name__] = False
                seen[path.__name__] = await path(work, scene)
            work.session.expunge_all()
    return seen
