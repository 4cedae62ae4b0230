"""How a service carries out a merge of two client records, and how it takes it back row by row.

Nothing of a row changes but which client it names. Merges may arrive in another order than they were made in: a row
is noted under every merge that its client has gone through, so each can be undone by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    Select,
    String,
    Table,
    Update,
    and_,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import DeclarativeBase

from shared.access.aliases import Place, Step, places_of
from shared.access.categories import AccessAction, Ground
from shared.access.models import BROUGHT_BY, MergedClient, MergeMove
from shared.db.work import UnitOfWork
from shared.events.catalog.case import MergeMade, MergeUndone
from shared.events.catalog.each_service import MERGE_APPLIED
from shared.events.consumer import Handler
from shared.events.envelope import Event
from shared.events.following import BEGUN, ENDED, has_ended
from shared.events.outbox import Fact
from shared.http.problems import Unavailable


@dataclass(frozen=True, slots=True)
class Effect:
    """What a merge or its undoing did here: how many rows it moved, and what it left with the survivor, by table."""

    moved: int
    stays: Mapping[str, int]


NOTHING = Effect(0, {})


class Merging:
    """Merges in one service, whose tables `base` knows."""

    def __init__(self, base: type[DeclarativeBase]) -> None:
        self._base = base

    @property
    def handlers(self) -> dict[type[Event], Handler]:
        """What the service does when the case service tells of merges."""
        return {MergeMade: self.on_made, MergeUndone: self.on_undone}

    async def on_made(self, event: MergeMade, work: UnitOfWork) -> None:
        """Point what hangs on the merged record at the survivor; a merge that was undone stays so if replayed."""
        effect = NOTHING if await has_ended(work, event.merge_id) else await self.make(work, event)
        _acknowledge(event, work, "made", effect)

    async def on_undone(self, event: MergeUndone, work: UnitOfWork) -> None:
        """Point back what the merge brought."""
        _acknowledge(event, work, "undone", await self.undo(work, event))

    async def make(self, work: UnitOfWork, merge: MergeMade) -> Effect:
        """Point every row that names the merged client at the survivor, and note each."""
        await work.aliases.take()
        steps = await _steps(work, merge)
        if steps is None:
            return NOTHING
        moved = 0
        for place in self.places:
            moved += await _counted(work, _point(place, merge.merged_id, steps), merge, AccessAction.MERGE)
        alias = {"merged_id": merge.merged_id, "survivor_id": merge.survivor_id, "merge_id": merge.merge_id}
        await work.execute(insert(MergedClient).values(alias))
        work.aliases.forget()
        return Effect(moved, {})

    async def undo(self, work: UnitOfWork, merge: MergeUndone) -> Effect:
        """Point back what the merge brought, and what was since made of that; tell what stays with the survivor."""
        await work.aliases.take()
        removed = delete(MergedClient).where(MergedClient.merge_id == merge.merge_id)
        if not (await work.execute(removed)).rowcount:
            return NOTHING
        holder = await work.aliases.survivor(merge.survivor_id)
        moved = 0
        for statement in self._back(merge, holder):
            moved += await _counted(work, statement, merge, AccessAction.UNMERGE)
        await work.execute(delete(MergeMove).where(MergeMove.merge_id == merge.merge_id))
        return Effect(moved, await self._written_since(work, merge.made_at, holder))

    @cached_property
    def places(self) -> list[Place]:
        """Every place of the service that names a client."""
        return places_of(self._base.registry)

    def _back(self, merge: MergeUndone, holder: UUID) -> list[Select[Any]]:
        """In this order: the rows that were moved, what was made on cases that return, and the parts of all these."""
        own = [place for place in self.places if place.column.name == "client_id"]
        by_table = {place.table: place for place in own}
        ordered = [by_table[table] for table in self._base.metadata.sorted_tables if table in by_table]
        return [
            *(_point_back(place, merge, holder) for place in self.places),
            *(_follow_case(place, merge, holder) for place in own if {"case_id", "created_at"} <= _names(place.table)),
            *(
                _follow_whole(place, key, merge, holder)
                for place in ordered
                for key in sorted(place.table.foreign_key_constraints, key=lambda key: str(key.name))
                if key.referred_table in by_table and not any(column.nullable for column in key.columns)
            ),
        ]

    async def _written_since(self, work: UnitOfWork, made_at: datetime, holder: UUID) -> dict[str, int]:
        counts = [
            select(literal(place.table.name, String), func.count())
            .select_from(place.table)
            .where(place.column == holder, place.table.c.created_at > made_at)
            for place in self.places
            if "created_at" in _names(place.table)
        ]
        return {name: count for name, count in await work.execute(select(union_all(*counts).subquery())) if count}


async def _steps(work: UnitOfWork, merge: MergeMade) -> Sequence[Step] | None:
    """From the merged client to the one that its rows name now; none when the merge has been made already.

    Raises Unavailable when an undoing that was told before has not arrived yet.
    """
    ways = await work.aliases.ways([merge.merged_id, merge.survivor_id])
    if (present := ways[merge.merged_id]) and present[0].merge_id == merge.merge_id:
        return None
    if present or any(step.survivor_id == merge.merged_id for step in ways[merge.survivor_id]):
        raise Unavailable
    return [Step(merge.survivor_id, merge.merge_id), *ways[merge.survivor_id]]


async def _counted(
    work: UnitOfWork, statement: Select[Any], merge: MergeMade | MergeUndone, action: AccessAction
) -> int:
    """Carry out a statement that moves rows; what was moved of whom is entered in the access log."""
    count = 0
    for category, owner, rows in await work.execute(statement):
        count += rows
        if category is not None:
            work.ledger.touched(merge.merged_id, action, category, owner, Ground.SERVICE)
    return count


def _point(place: Place, merged_id: UUID, steps: Sequence[Step]) -> Select[Any]:
    """Let rows name the survivor, and note each under every merge on the way."""
    brought = func.coalesce(place.table.c.get(BROUGHT_BY), steps[0].merge_id)
    moving = _naming(place, steps[-1].survivor_id, brought).where(place.column == merged_id)
    moved = moving.returning(_key(place).label("key"), *_kind(place)).cte("moved")
    merges = func.unnest(array([literal(step.merge_id) for step in steps]))
    noted = insert(MergeMove).from_select(
        ["merge_id", "table_name", "column_name", "key"],
        select(merges, literal(place.table.name), literal(place.column.name), moved.c.key),
    )
    return _by_kind(moved).add_cte(noted.cte("noted"))


def _point_back(place: Place, merge: MergeUndone, holder: UUID) -> Select[Any]:
    noted = and_(
        MergeMove.merge_id == merge.merge_id,
        MergeMove.table_name == place.table.name,
        MergeMove.column_name == place.column.name,
        MergeMove.key == _key(place),
    )
    brought = func.nullif(place.table.c.get(BROUGHT_BY), merge.merge_id)
    return _returning(place, _naming(place, merge.merged_id, brought), holder, noted)


def _follow_case(place: Place, merge: MergeUndone, holder: UUID) -> Select[Any]:
    """What was made since on a case that returns, returns with it."""
    since = and_(place.table.c.case_id.in_(merge.cases), place.table.c.created_at > merge.made_at)
    return _returning(place, _naming(place, merge.merged_id), holder, since)


def _follow_whole(place: Place, key: ForeignKeyConstraint, merge: MergeUndone, holder: UUID) -> Select[Any]:
    """What could not be without another row names the same client as that row."""
    whole = key.referred_table.alias("whole")
    same = [element.parent == whole.c[element.column.name] for element in key.elements]
    returned = and_(*same, whole.c.client_id == merge.merged_id)
    return _returning(place, _naming(place, merge.merged_id), holder, returned)


def _naming(place: Place, client_id: UUID, brought: ColumnElement[Any] | None = None) -> Update:
    values: dict[str, Any] = {place.column.name: client_id}
    if brought is not None and BROUGHT_BY in _names(place.table):
        values[BROUGHT_BY] = brought
    return update(place.table).values(values)


def _returning(place: Place, statement: Update, holder: UUID, which: ColumnElement[bool]) -> Select[Any]:
    moving = statement.where(place.column == holder, which)
    return _by_kind(moving.returning(_key(place).label("key"), *_kind(place)).cte("moved"))


def _key(place: Place) -> ColumnElement[Any]:
    return func.jsonb_build_array(*place.key)


def _kind(place: Place) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The category and owner of a row, where it holds personal data."""
    if {"category", "owner_agency"} <= _names(place.table):
        return place.table.c.category, place.table.c.owner_agency
    return null().label("category"), null().label("owner_agency")


def _by_kind(moved: Any) -> Select[Any]:
    kind = (moved.c.category, moved.c.owner_agency)
    return select(*kind, func.count()).group_by(*kind)


def _names(table: Table) -> set[str]:
    return set(table.columns.keys())


def _acknowledge(event: MergeMade | MergeUndone, work: UnitOfWork, change: str, effect: Effect) -> None:
    applied = MERGE_APPLIED[work.service].model_validate(
        {
            "client_id": event.client_id,
            "merge_id": event.merge_id,
            "change": change,
            "applied_at": work.clock.now(),
            "moved": effect.moved,
            "stays": effect.stays,
        }
    )
    work.announce(applied, of=Fact(event.merge_id, BEGUN if change == "made" else ENDED))
