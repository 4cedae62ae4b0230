"""How a service erases what it holds of a client, and says so in a statement that it signs.

What is erased is worked out first, as keys: the rows in the scope of the order and what hangs on them, less those
that a row which stays refers to. Nothing else decides, so tables that are added later take part by themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    Select,
    Table,
    and_,
    cast,
    delete,
    func,
    null,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import DeclarativeBase

from shared.access.aliases import ids_of
from shared.access.categories import AccessAction, Category, Ground
from shared.access.models import AccessEntry, AccessGrant, AccessRestriction, ErasedClient
from shared.db.base import Moment
from shared.db.work import UnitOfWork
from shared.events.catalog.case import ErasureOrdered
from shared.events.catalog.each_service import ERASURE_APPLIED
from shared.events.consumer import Handler
from shared.events.envelope import Event
from shared.events.outbox import Fact
from shared.http.problems import Unavailable
from shared.http.schemas import Schema
from shared.rights.holdings import Holding, holdings_of, ids_only_of
from shared.rights.schemas import Owned

REFERRED_TO = "erasure.kept.referred-to"
DUTY_TO_ACCOUNT = "erasure.kept.duty-to-account"

_PROJECTIONS: tuple[Any, ...] = (AccessGrant.__table__, AccessRestriction.__table__)
"""What every service follows of who may see the person; when nothing is left to see, neither is left."""

_MADE = ("created_at", "recorded_at")
"""Columns that tell when a row was made."""

Key = tuple[Any, ...]


class Kept(Schema):
    """Rows of a table that stay, and why; `reason` is a code with a label.

    Of the access log it is not said how many: the person would learn of entries that are hidden for a time.
    """

    table: str
    rows: int | None
    reason: str


class Erased(Schema):
    """What became of an order in one service: rows erased by table, rows kept with the reason, and when."""

    order_id: UUID
    client_id: UUID
    erased: dict[str, int]
    kept: list[Kept]
    erased_at: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows an order is about, and which of them; no agency and no categories mean every row."""

    clients: Collection[UUID]
    agency: str | None = None
    categories: Collection[Category] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the person is to be left."""
        return self.agency is None and self.categories is None

    def names(self, table: Table) -> ColumnElement[bool]:
        """Whether a row names the client."""
        return table.c.client_id.in_(self.clients)

    def covers(self, table: Table) -> ColumnElement[bool]:
        """Whether a personal row is in the scope. Index: each such table has one that begins with `client_id`."""
        covered = self.names(table)
        if self.agency is not None:
            covered &= table.c.owner_agency == self.agency
        if self.categories is not None:
            covered &= table.c.category.in_(self.categories)
        return covered


class Doomed(NamedTuple):
    """A row to be erased: what kind of data it holds and whose it is, or, of a part, the row that it hangs on.

    A row of which the person is to be told later, and has not been yet, is told of in no statement.
    """

    category: Category | None = None
    owner: str | None = None
    is_told: bool = True
    hangs_on: tuple[Table, Key] | None = None


@dataclass(slots=True)
class Plan:
    """Rows to be erased, by table and key, and how many of each table are spared."""

    doomed: dict[Table, dict[Key, Doomed]] = field(default_factory=lambda: defaultdict(dict))
    spared: Counter[Table] = field(default_factory=Counter)

    def rows(self) -> Iterator[Doomed]:
        """Every row to be erased."""
        return (row for rows in self.doomed.values() for row in rows.values())

    def spare(self, table: Table, key: Key) -> None:
        """Let a row stay."""
        if self.doomed[table].pop(key, None) is not None:
            self.spared[table] += 1

    def spare_parts(self) -> None:
        """Let stay what hangs on rows that stay."""
        for table, rows in list(self.doomed.items()):
            for key, row in list(rows.items()):
                if row.hangs_on and row.hangs_on[1] not in self.doomed[row.hangs_on[0]]:
                    self.spare(table, key)


class Erasing:
    """Erasures in one service, whose tables `tables` knows."""

    def __init__(self, tables: type[DeclarativeBase]) -> None:
        self._tables = tables

    @property
    def handlers(self) -> dict[type[Event], Handler]:
        """What the service does when the case service orders an erasure."""
        return {ErasureOrdered: self.on_ordered}

    async def on_ordered(self, event: ErasureOrdered, work: UnitOfWork) -> None:
        """Erase, and answer with a statement of what was erased and what was not.

        Raises Unavailable when a merge or an undoing that was told before a whole erasure has not arrived yet.
        """
        await work.aliases.take()
        clients = await ids_of(work.session, event.client_id)
        scope = Scope(clients, event.agency, event.categories)
        if scope.is_whole and {*clients} != {event.client_id, *event.merged}:
            raise Unavailable
        statement = await self.erase(work, event.client_id, event.order_id, scope)
        applied = {"client_id": event.client_id, "order_id": event.order_id, "statement": statement}
        kind = ERASURE_APPLIED[work.service]
        work.announce(kind.model_validate(applied | {"applied_at": work.clock.now()}), of=Fact(event.order_id))

    async def erase(self, work: UnitOfWork, client_id: UUID, order_id: UUID, scope: Scope) -> str:
        """Erase the rows in the scope, enter each kind of data in the access log, and state what was done.

        Of a whole erasure the ids are marked. Whoever asks for one has taken the aliases.
        """
        plan = await self._planned(work, scope)
        for table in reversed(self._tables.metadata.sorted_tables):
            if keys := plan.doomed[table]:
                await work.execute(delete(table).where(_among(table.primary_key, keys)))
        for table in _PROJECTIONS if scope.is_whole else ():
            await work.execute(delete(table).where(scope.names(table)))
        if scope.is_whole:
            await _mark(work, scope, order_id)
        for category, owner in {(row.category, str(row.owner)) for row in plan.rows() if row.category}:
            work.ledger.touched(client_id, AccessAction.ERASE, category, owner, Ground.SERVICE)
        done = Erased(
            order_id=order_id,
            client_id=client_id,
            erased={table.name: count for table, rows in plan.doomed.items() if (count := _told(rows.values()))},
            kept=[*_spared(plan), *await self._kept(work, scope)],
            erased_at=work.clock.now(),
        )
        return work.states(done.model_dump(mode="json"))

    async def count(self, work: UnitOfWork, scopes: Iterable[Scope]) -> Counter[Category]:
        """How many rows are in the scopes, by category. What would stay because others refer to it is counted too."""
        counts: Counter[Category] = Counter()
        tables = [holding.table for holding in holdings_of(self._tables)]
        for scope in scopes:
            by_category = (
                select(table.c.category, func.count()).where(scope.covers(table)).group_by(table.c.category)
                for table in tables
            )
            for category, rows in await work.execute(select(union_all(*by_category).subquery())):
                counts[Category(category)] += rows
        return counts

    async def owned(self, work: UnitOfWork, clients: Iterable[UUID]) -> list[Owned]:
        """Whose rows there are of each client and of those merged into it; without those that stay by their nature."""
        tables = [one.table for one in holdings_of(self._tables) if one.mapper.class_.kept_because is None]
        found = []
        for client_id in clients:
            scope = Scope(await ids_of(work.session, await work.aliases.survivor(client_id)))
            rows = union_all(*(_owned(table, scope) for table in tables)).subquery()
            whose = (rows.c.owner_agency, rows.c.category)
            for agency, category, newest in await work.execute(select(*whose, func.max(rows.c.made)).group_by(*whose)):
                found.append(Owned(client_id=client_id, agency=agency, category=category, newest=newest))
        return found

    async def _planned(self, work: UnitOfWork, scope: Scope) -> Plan:
        plan = Plan()
        for holding in holdings_of(self._tables):
            if holding.mapper.class_.kept_because is None:
                told = holding.table.c.told_at.is_not(None) if holding.mapper.class_.told_late else true()
                kind = (holding.table.c.category, holding.table.c.owner_agency, told)
                found = await work.execute(select(*kind, *holding.key).where(scope.covers(holding.table)))
                plan.doomed[holding.table] = {
                    tuple(key): Doomed(category, owner, is_told=is_told) for category, owner, is_told, *key in found
                }
                await _doom_parts(work, plan, holding)
        for holding in ids_only_of(self._tables) if scope.is_whole else ():
            found = await work.execute(select(*holding.key).where(scope.names(holding.table)))
            plan.doomed[holding.table] = {tuple(key): Doomed() for key in found}
            await _doom_parts(work, plan, holding)
        await self._spare_what_is_referred_to(work, plan)
        return plan

    async def _spare_what_is_referred_to(self, work: UnitOfWork, plan: Plan) -> None:
        """Take out of the plan what rows that stay refer to, and what hangs on it, until nothing more comes of it."""
        references = [key for table in self._tables.metadata.sorted_tables for key in table.foreign_key_constraints]
        spared = -1
        while spared != (spared := plan.spared.total()):
            for reference in references:
                await _spare(work, plan, reference)
            plan.spare_parts()

    async def _kept(self, work: UnitOfWork, scope: Scope) -> list[Kept]:
        """What stays by its nature: rows of ids and codes that account for what was done."""
        staying = [
            (holding.table, holding.mapper.class_.kept_because, scope.covers(holding.table))
            for holding in holdings_of(self._tables)
            if holding.mapper.class_.kept_because
        ]
        counted = [
            Kept(table=table.name, rows=await _counted(work, table, which), reason=reason)
            for table, reason, which in staying
        ]
        log = Kept(table=AccessEntry.__tablename__, rows=None, reason=DUTY_TO_ACCOUNT)
        return [*(kept for kept in counted if kept.rows), log]


def _owned(table: Table, scope: Scope) -> Select[Any]:
    """Whose rows a table has in a scope, and when the newest was made, if the table tells."""
    made = next((table.c[name] for name in _MADE if name in table.c), cast(null(), Moment))
    whose = (table.c.owner_agency, table.c.category)
    return select(*whose, func.max(made).label("made")).where(scope.covers(table)).group_by(*whose)


async def _doom_parts(work: UnitOfWork, plan: Plan, whole: Holding) -> None:
    """Everything that hangs on rows that are to be erased. Index: the part's reference to the whole."""
    for part in whole.parts if plan.doomed[whole.table] else ():
        reference = part.table.c[str(part.hangs_by)]
        hanging = reference.in_([key[0] for key in plan.doomed[whole.table]])
        found = await work.execute(select(reference, *part.key).where(hanging))
        plan.doomed[part.table] |= {tuple(key): Doomed(hangs_on=(whole.table, (on,))) for on, *key in found}
        await _doom_parts(work, plan, part)


async def _spare(work: UnitOfWork, plan: Plan, reference: ForeignKeyConstraint) -> None:
    """Spare the rows that others, which stay, refer to. Index: the reference's."""
    doomed = plan.doomed[reference.referred_table]
    if not doomed:
        return
    table, whole = reference.table, reference.referred_table.alias("whole")
    refers = and_(*(element.parent == whole.c[element.column.name] for element in reference.elements))
    among, split = _among(whole.primary_key, doomed), len(reference.referred_table.primary_key)
    query = select(*whole.primary_key, *table.primary_key).select_from(table.join(whole, refers))
    for row in await work.execute(query.where(among)):
        if tuple(row[split:]) not in plan.doomed[table]:
            plan.spare(reference.referred_table, tuple(row[:split]))


async def _mark(work: UnitOfWork, scope: Scope, order_id: UUID) -> None:
    """Let nothing be written under the ids any more; of a client erased again the first mark stays."""
    common = {"order_id": order_id, "erased_at": work.clock.now()}
    marks = [{"client_id": client_id, **common} for client_id in scope.clients]
    await work.execute(insert(ErasedClient).values(marks).on_conflict_do_nothing())
    work.aliases.forget()


async def _counted(work: UnitOfWork, table: Table, which: ColumnElement[bool]) -> int:
    return int((await work.execute(select(func.count()).select_from(table).where(which))).scalar_one())


def _among(columns: Iterable[Any], keys: Iterable[Key]) -> ColumnElement[bool]:
    return tuple_(*columns).in_(list(keys))


def _told(rows: Iterable[Doomed]) -> int:
    return sum(row.is_told for row in rows)


def _spared(plan: Plan) -> list[Kept]:
    return [Kept(table=table.name, rows=rows, reason=REFERRED_TO) for table, rows in plan.spared.items()]
