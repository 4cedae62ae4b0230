"""The unit of work: rows, outbox rows and access-log rows of one request commit together, before the answer leaves."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, Protocol, Self, TypeVar
from uuid import UUID

from asyncpg.exceptions import IntegrityConstraintViolationError
from sqlalchemy import Executable, Select, func, or_, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm.exc import StaleDataError

from shared.access import entries
from shared.access.aliases import Aliases, NamesErased
from shared.access.ledger import Ledger
from shared.access.models import AccessEntry, Scoped
from shared.access.visibility import CHECK, ScopedSession, closed_to
from shared.actor import Actor
from shared.db import faults
from shared.db.base import Versioned
from shared.db.copying import copy
from shared.db.errand import Errand, Surroundings
from shared.events.envelope import Event
from shared.events.outbox import Outbox, Teller, Told
from shared.http.problems import (
    ClientErased,
    Conflict,
    NotFound,
    PreconditionRequired,
    Problem,
    StaleVersion,
    Unavailable,
)
from shared.rules import Unmet

T = TypeVar("T")


class Shape(Protocol):
    """A schema that can be made of a row."""

    @classmethod
    def of(cls, row: Any) -> Self:
        """The row as it travels."""


S = TypeVar("S", bound=Shape)


class UnitOfWork:
    """One actor's one errand: everything it reads is narrowed and logged, everything it writes commits at once."""

    def __init__(self, session: AsyncSession, actor: Actor, around: Surroundings, errand: Errand) -> None:
        self.session = session
        self.actor = actor
        self.clock = around.clock
        self.errand = errand
        self.service = around.service
        self._around = around
        self._now = around.clock.now()
        scoped = session.sync_session
        assert isinstance(scoped, ScopedSession)
        self.ledger: Ledger = scoped.for_actor(actor, self._now)
        self.aliases = Aliases(session)

    @property
    def grants_are_current(self) -> bool:
        """Whether a read may rest on another agency's grant."""
        return self._around.grants_are_current()

    def kind_of(self, agency: str) -> str | None:
        """The kind of an agency, which names its profile; none for one that nobody has declared."""
        return self._around.kind_of(agency)

    def add(self, row: Any) -> None:
        """Store a new row with this unit of work; its moment of creation is now."""
        if isinstance(row, Versioned) and row.created_at is None:
            row.created_at = self._now
        self.session.add(row)

    async def add_all(self, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
        """Store many new rows of one table at once, each given as its columns; personal ones enter the ledger.

        For whole registers: it bypasses the session, so nothing that is pending there may refer to the rows.
        """
        try:
            await copy(self.session, table, rows)
        except IntegrityConstraintViolationError as error:
            raise Conflict(extensions={"constraint": error.constraint_name}) from error
        if issubclass(table, Scoped):
            self.ledger.made(table.made_as, rows)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Changes that may be refused: then they alone are undone, and the unit of work goes on."""
        touched, told = self.ledger.so_far(), len(self.errand.outbox)
        try:
            async with self.session.begin_nested():
                yield
        except Exception:
            self.ledger.forget_changes(since=touched)
            self.errand.outbox.forget(since=told)
            raise

    def continued(self) -> AbstractAsyncContextManager["UnitOfWork"]:
        """Another unit of work of the same actor on the same errand, for an answer that leaves part by part."""
        return unit_of_work(self._around, self.actor, replace(self.errand, outbox=Outbox()))

    def announce(self, event: Event, *, of: Told) -> None:
        """Tell the other services what happened to `of`; the event leaves when, and only when, this commits."""
        self.errand.outbox.announce(event, of)

    async def all(self, query: Select[T]) -> Sequence[T]:
        """Every row of a query that is bounded by nature (the rows of one case, say); pages otherwise."""
        return (await self.session.scalars(query)).unique().all()

    async def first(self, query: Select[T]) -> T | None:
        """The first row, if there is one that the actor may see."""
        return (await self.session.scalars(query.limit(1))).unique().first()

    async def one(self, query: Select[T], missing: type[Problem] = NotFound) -> T:
        """The row, or the problem that it is not there for this actor."""
        row = await self.first(query)
        if row is None:
            raise missing
        return row

    async def check(self, query: Executable) -> Sequence[Any]:
        """What a query over every agency's rows answers, as bare columns: for checks that must see everything."""
        return (await self.session.execute(query, execution_options={CHECK: True})).all()

    async def execute(self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None) -> Any:
        """Carry out a statement on tables that hold no personal data, once for each of the rows if there are any."""
        return await self.session.execute(statement, rows)

    async def ask(self, peer: str, method: str, path: str, *, purpose: str | None = None, body: Any = None) -> Any:
        """What another service answers, asked under this service's own name."""
        assert self._around.peers is not None
        return await self._around.peers.call(
            peer, method, path, request_id=self.actor.request_id, purpose=purpose, body=body
        )

    async def serialise_on(self, what: str) -> None:
        """Let other units of work that name the same thing wait until this one ends."""
        await self.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))

    def states(self, claims: Mapping[str, Any]) -> str:
        """A statement that this service signs with its own key."""
        assert self._around.signer is not None
        return self._around.signer.sign(claims)

    @property
    def public_keys(self) -> list[dict[str, Any]]:
        """The keys (JWKs) by which this service's statements are checked: the one it signs with, and those before."""
        assert self._around.signer is not None
        return self._around.signer.all_public

    def expect(self, row: Versioned) -> None:
        """Refuse to change a row in another version than the caller has seen (If-Match)."""
        if self.errand.if_match is None:
            if self.errand.must_match:
                raise PreconditionRequired
            return
        self.errand.must_match = False
        if self.errand.if_match not in ("*", f'"{row.version}"'):
            raise StaleVersion(extensions={"current_version": row.version})

    async def answer(self, shape: type[S], row: Versioned, *, of: Any = None, at: str | None = None) -> S:
        """The row as it travels; its version becomes the ETag, and its id the Location of what was made.

        `of` is what the shape is made of where that is more than the row, `at` the path of the collection where that
        is not the path of the request. What is made of more than the row may change without a new version of it, so
        the caller is never told that they have it already.
        """
        await self.flush()
        self.errand.tag, self.errand.made, self.errand.at = row.version, row.id, at
        self.errand.told_by_version = of is None
        return shape.of(row if of is None else of)

    async def tell_again(self, told: Sequence[Mapping[str, Any]]) -> None:
        """Log an answer that was given before; it is not given to whom a record in it has been closed since."""
        closed = [closed_to(self.actor, UUID(one["client_id"]), self._now) for one in told]
        if closed and await self.session.scalar(select(or_(*closed))):
            raise NotFound
        self.ledger.told_again(told)

    async def flush(self) -> None:
        """Send pending changes to the database; what they break is told as a problem.

        What is written about a client whose record has been merged is written about the surviving one, and about one
        who was erased nothing is written.
        """
        try:
            settled = await self.aliases.settle((*self.session.new, *self.session.dirty))
        except NamesErased as error:
            raise await self._refusal_about(error.client_id) from error
        try:
            await self.session.flush()
        except StaleDataError as error:
            raise StaleVersion from error
        except IntegrityError as error:
            raise Conflict(extensions={"constraint": faults.constraint_of(error)}) from error
        await self.aliases.note(settled)

    async def enter_in_log(self) -> bool:
        """Enter in the access log what was touched so far, on grounds that still stand; answers whether anything was.

        Committing does so by itself: this is for who is about to take the grounds away.
        """
        rows = await self._entries()
        if rows:
            await entries.write(self.session, rows)
            self.ledger.clear()
        return bool(rows)

    async def commit(self) -> None:
        """Make everything durable: rows, events and access-log entries, or nothing."""
        await self.flush()
        await self._write_outbox()
        await self._commit_with_entries()
        if self.errand.outbox:
            self.errand.outbox.clear()
            self._around.committed()

    async def forsake(self) -> None:
        """Undo every change. What was read stays in the access log: a refusal may tell of it."""
        await self.session.rollback()
        self.ledger.forget_changes()
        await self._commit_with_entries()

    async def _refusal_about(self, erased_id: UUID) -> Problem:
        """Why nothing is written about an erased client: told to the person and to agencies that had to do with them.

        Index: access_log_of_client.
        """
        actor, about = self.actor, AccessEntry.client_id == erased_id
        if actor.person is None:
            had_to_do = select(AccessEntry.id).where(about, AccessEntry.agency == actor.agency).limit(1)
            knows = await self.session.scalar(had_to_do) is not None
        else:
            knows = actor.person == erased_id
        return ClientErased([Unmet("client.erased")]) if knows else NotFound()

    async def _write_outbox(self) -> None:
        actor, errand = self.actor, self.errand
        teller = Teller(self.service, actor.agency, self._now, actor.request_id, errand.traceparent)
        await errand.outbox.write(self.session, teller)

    async def _commit_with_entries(self) -> None:
        logged = await self.enter_in_log()
        await self.session.commit()
        self.aliases.forget()
        if logged:
            self._around.logged()

    async def _entries(self) -> list[dict[str, Any]]:
        operation, current = self.errand.operation, self.grants_are_current
        return await entries.due(self.session, self.ledger, operation, self._now, grants_are_current=current)


@asynccontextmanager
async def unit_of_work(around: Surroundings, actor: Actor, errand: Errand) -> AsyncIterator[UnitOfWork]:
    """A unit of work; whoever opens it commits it. A database that is away is told as such, not as an error."""
    try:
        async with around.sessions() as session:
            yield UnitOfWork(session, await _present(actor, session), around, errand)
    except (*faults.AWAY, DBAPIError) as error:
        if faults.is_away(error):
            raise Unavailable from error
        raise


async def _present(actor: Actor, session: AsyncSession) -> Actor:
    """The actor; a person whose record has been merged is the one whose record survived."""
    if actor.person is None:
        return actor
    return actor.model_copy(update={"person": await Aliases(session).survivor(actor.person)})
