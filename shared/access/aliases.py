"""Clients whose records were merged or erased: what an id stands for now, and what becomes of rows written under it.

A merge leaves the merged record as it is and notes an alias. What names the merged client is looked up once in a
unit of work. The look holds the table of aliases as it is until the unit of work ends, since whoever adds or removes
an alias takes the table for themselves first: nobody writes under an id that has been merged in the meantime.
Whoever erases a client does the same and marks the id. The same look sees the mark: nobody writes under that id.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Column,
    CompoundSelect,
    Table,
    Uuid,
    any_,
    bindparam,
    insert,
    inspect,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper, registry

from shared.access.models import ErasedClient, MergedClient, MergeMove, RecordItself, StaysWhenMerged
from shared.db.base import Plumbing

PATIENCE = "500ms"
"""How long whoever takes the aliases waits for others to finish. Shorter than the time after which PostgreSQL looks
for deadlocks: it is the merge that gives way, and is tried again."""


@dataclass(frozen=True, slots=True)
class Step:
    """From a merged client to the one that survived."""

    survivor_id: UUID
    merge_id: UUID


@dataclass(frozen=True, slots=True)
class Place:
    """A column that names a client and is pointed at the survivor when that client's record is merged."""

    table: Table
    column: Column[UUID]

    @property
    def key(self) -> tuple[Column[Any], ...]:
        """The primary key of the table."""
        return tuple(self.table.primary_key)

    @property
    def name(self) -> dict[str, str]:
        """How a move of this place is noted."""
        return {"table_name": self.table.name, "column_name": self.column.name}


Way = Sequence[Step]
"""From an id to the client it stands for; empty when it stands for itself."""


def places_of(base: registry) -> list[Place]:
    """Every place of a service that a merge points at the survivor, in whatever tables it has."""
    mappers = [*base.mappers, *Plumbing.registry.mappers]
    found = (place for mapper in mappers for place in _places(mapper))
    return sorted(found, key=lambda place: (place.table.name, place.column.name))


@cache
def _places(mapper: Mapper[Any]) -> tuple[Place, ...]:
    if issubclass(mapper.class_, RecordItself | StaysWhenMerged):
        return ()
    table = mapper.local_table
    assert isinstance(table, Table)
    return tuple(Place(table, column) for column in table.columns if f"_{column.name}".endswith("_client_id"))


class NamesErased(Exception):
    """A row was to be written about a client of whom everything was erased."""

    def __init__(self, client_id: UUID) -> None:
        super().__init__(client_id)
        self.client_id = client_id


class Aliases:
    """What one unit of work knows of merged and erased clients."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._known: dict[UUID, Step | None] = {}
        self._erased: set[UUID] = set()

    async def take(self) -> None:
        """Take the aliases for this unit of work alone: it waits for all who have looked, and who comes later waits.

        Who means to look at clients too takes them before that.
        """
        await self._session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
        await self._session.execute(text("LOCK TABLE merged_client IN ACCESS EXCLUSIVE MODE"))
        self.forget()

    async def survivor(self, client_id: UUID) -> UUID:
        """The client that an id stands for."""
        return (await self.survivors([client_id]))[client_id]

    async def survivors(self, ids: Collection[UUID]) -> dict[UUID, UUID]:
        """The clients that ids stand for: for every id that stands in a body."""
        ways = await self.ways(ids)
        return {client_id: way[-1].survivor_id if way else client_id for client_id, way in ways.items()}

    async def is_erased(self, client_id: UUID) -> bool:
        """Whether everything of the client that an id stands for was erased."""
        return await self.survivor(client_id) in self._erased

    async def ways(self, ids: Collection[UUID]) -> dict[UUID, Way]:
        """The way from each of the ids. Indexes: pk_merged_client, pk_erased_client."""
        await self._look_up(set(ids))
        return {client_id: [*self._steps_from(client_id)] for client_id in ids}

    async def settle(self, rows: Iterable[Any]) -> "list[Settled]":
        """Let rows that are about to be written name the surviving client; answers which of them did not.

        Raises NamesErased where such a client was erased, unless the row would have stayed.
        """
        named = [(row, place, client_id) for row in rows for place, client_id in _newly_named(row)]
        ways = await self.ways({client_id for *_, client_id in named})
        settled = [Settled(row, place, ways[client_id]) for row, place, client_id in named if ways[client_id]]
        for one in settled:
            setattr(one.row, one.place.column.name, one.way[-1].survivor_id)
        for row, place, _ in named:
            if _is_about(row, place) and (client_id := getattr(row, place.column.name)) in self._erased:
                raise NamesErased(client_id)
        return settled

    async def note(self, settled: "Iterable[Settled]") -> None:
        """Note rows as brought by the merges that their client went through: undone, they return to the old record."""
        notes = [{"merge_id": step.merge_id, "key": one.key, **one.place.name} for one in settled for step in one.way]
        if notes:
            await self._session.execute(insert(MergeMove), notes)

    def forget(self) -> None:
        """The unit of work has let go of the table: what it knew may change."""
        self._known.clear()
        self._erased.clear()

    async def _look_up(self, ids: set[UUID]) -> None:
        """Ask of the database what is not known yet, and where that leads."""
        while unknown := ids - self._known.keys():
            found = (await (await self._session.connection()).execute(_STEPS, {"ids": list(unknown)})).all()
            steps = {origin: Step(*step) for origin, *step in found if None not in step}
            self._erased |= {origin for origin, *step in found if None in step}
            self._known |= {client_id: steps.get(client_id) for client_id in unknown}
            ids = {step.survivor_id for step in steps.values()}

    def _steps_from(self, client_id: UUID) -> Iterator[Step]:
        while step := self._known[client_id]:
            yield step
            client_id = step.survivor_id


@dataclass(frozen=True, slots=True)
class Settled:
    """A row that was written under the id of a merged client, and the way from there."""

    row: Any
    place: Place
    way: Way

    @property
    def key(self) -> list[Any]:
        """The primary key as PostgreSQL puts it into JSON."""
        values = inspect(self.row).identity
        return [value if isinstance(value, int) else str(value) for value in values]


def _newly_named(row: Any) -> Iterator[tuple[Place, UUID]]:
    """Clients that a row in memory names and the stored one does not."""
    state = inspect(row)
    for place in _places(state.mapper):
        for client_id in state.attrs[place.column.name].history.added or ():
            if client_id is not None:
                yield place, client_id


def _is_about(row: Any, place: Place) -> bool:
    """Whether a row is about the client that it names there, and does not account for what was done."""
    return place.column.name == "client_id" and getattr(row, "kept_because", None) is None


async def ids_of(session: AsyncSession, client_id: UUID) -> list[UUID]:
    """The client's id and those of all clients merged into it. Index: ix_merged_client_survivor_id."""
    return [client_id, *await merged_into(session, [client_id])]


async def merged_into(session: AsyncSession, clients: Collection[UUID]) -> dict[UUID, UUID]:
    """All whose records were merged into those of the clients, each with the client that it stands for now.

    Index: ix_merged_client_survivor_id.
    """
    found, latest = dict[UUID, UUID](), {client_id: client_id for client_id in clients}
    while rows := (await session.execute(_MERGED_INTO, {"ids": list(latest)})).all():
        latest = {merged_id: latest[survivor_id] for merged_id, survivor_id in rows}
        found |= latest
    return found


_IDS: BindParameter[Sequence[UUID]] = bindparam("ids", type_=ARRAY(Uuid))
_STEPS: CompoundSelect[UUID, UUID, UUID] = union_all(
    select(MergedClient.merged_id, MergedClient.survivor_id, MergedClient.merge_id).where(
        MergedClient.merged_id == any_(_IDS)
    ),
    select(ErasedClient.client_id, null(), null()).where(ErasedClient.client_id == any_(_IDS)),
)
_MERGED_INTO = select(MergedClient.merged_id, MergedClient.survivor_id).where(MergedClient.survivor_id == any_(_IDS))
