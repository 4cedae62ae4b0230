"""The one hook that narrows every query to what its actor may see. Nobody writes an agency filter by hand.

A session belongs to one actor for its whole life. Rows of other agencies come through only where a grant in
force opens them, and no row of a client whose record is closed to the actor comes through at all, not even the
agency's own. The case service decides grants and restrictions, the other services follow them by events.
"""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    and_,
    any_,
    event,
    exists,
    false,
    func,
    inspect,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, UOWTransaction, raiseload, with_loader_criteria
from sqlalchemy.orm.context import QueryContext

from shared.access.categories import AccessAction
from shared.access.ledger import Ledger
from shared.access.models import AccessGrant, AccessRestriction, MergedClient, RecordItself, Scoped
from shared.actor import Actor, Role

T = TypeVar("T")

CHECK = "sidus_check"
"""Execution option of a query that sees every agency's rows and answers with bare columns only."""


WHOLE_OF = "sidus_whole_of"
"""Execution option of a query that sees a client's record with those that were merged into it: see `whole_of`."""


class ScopedSession(Session):
    """A session that sees the world through the rights of one actor and keeps the ledger of what it saw."""

    def for_actor(self, actor: Actor, now: datetime) -> Ledger:
        """Bind the session to its actor; answers with the ledger of reads and changes to come."""
        ledger = Ledger(actor, now)
        self.info["ledger"] = ledger
        self.info["actor"], self.info["now"] = actor, now
        if not actor.has(Role.SERVICE):
            self.info["criteria"] = _criteria(actor, now)
        return ledger


class EntitiesInCheck(Exception):
    """A check answers with columns: a row it loaded would be visible to an actor it is not meant for."""


class ColumnsOfScoped(Exception):
    """Columns of personal rows would escape the access log: load the rows, or count with `work.check`."""


class ChangeInBulk(Exception):
    """Personal rows changed by a statement would escape the access log: load them and change the objects."""


def _criteria(actor: Actor, now: datetime) -> Any:
    if actor.has(Role.PERSON):
        person = actor.person
        return with_loader_criteria(Scoped, lambda row: told_to(row, person), include_aliases=True)
    if actor.has(Role.PUBLIC):
        return with_loader_criteria(Scoped, lambda row: false(), include_aliases=True)
    agency, me = actor.agency, actor.account
    return with_loader_criteria(Scoped, lambda row: visible_to(row, agency, me, now), include_aliases=True)


def _seen_of_whole(row: Any, actor: Actor, now: datetime, client_id: UUID) -> ColumnElement[bool]:
    """The rule for a client's record with those merged into it: as if all of them were the client's own."""
    is_part = survivor_of(row.client_id) == client_id
    if actor.has(Role.PERSON):
        return is_part if actor.person == client_id else false()
    if actor.has(Role.PUBLIC):
        return false()
    return and_(is_part, visible_to(row, actor.agency, actor.account, now, literal(client_id, Uuid)))


def told_to(row: Any, person: Any) -> ColumnElement[bool]:
    """The rule for the person: all that is about them, what they are to be told later once they have been."""
    about = row.client_id == person
    return and_(about, row.told_at.is_not(None)) if row.told_late else about


def visible_to(row: Any, agency: Any, me: Any, now: Any, client_id: Any = None) -> ColumnElement[bool]:
    """The rule itself: the agency's own rows and those that a grant in force opens to it, if the record is not closed.

    `me` is the account of the officer who asks, `client_id` whose the row counts as where it names another client.
    """
    own: ColumnElement[bool] = row.owner_agency == agency
    if row.stays_in_sight:
        return own
    client_id = row.client_id if client_id is None else client_id
    is_open = not_(_closed(client_id, me, now))
    if row.for_its_agency_alone:
        return and_(own, is_open)
    granted = exists().where(
        AccessGrant.client_id == client_id,
        AccessGrant.grantee == agency,
        _opening(row),
        in_force(now),
    )
    return and_(or_(own, granted), is_open)


def _opening(row: Any) -> ColumnElement[bool]:
    """Whether a grant to the agency on the client's data is one that opens the row."""
    if row.opened_by:
        return AccessGrant.category.in_(sorted(row.opened_by))
    of_its_owner = or_(AccessGrant.source_agency.is_(None), AccessGrant.source_agency == row.owner_agency)
    return and_(AccessGrant.category == row.category, of_its_owner)


def closed_to(actor: Actor, client_id: Any, now: datetime) -> ColumnElement[bool]:
    """Whether a client's record is closed to the actor: for checks, which see everything unless they ask this."""
    if actor.has(Role.PERSON, Role.SERVICE):
        return false()
    return _closed(client_id, actor.account, now)


def _closed(client_id: Any, me: Any, now: Any) -> ColumnElement[bool]:
    """Whether a restriction in force does not name the officer. Index: access_restriction_of_client.

    Asked as an array of one: from an equality the planner would conclude that next to no rows of one client are left,
    and sort pages that an index has in order.
    """
    return exists().where(
        AccessRestriction.client_id == any_(array([client_id])),
        AccessRestriction.valid_from <= now,
        AccessRestriction.valid_until > now,
        func.array_position(AccessRestriction.named, me).is_(None),
    )


def in_force(now: Any) -> ColumnElement[bool]:
    """Whether a grant counts at this moment."""
    return and_(
        AccessGrant.valid_from <= now,
        or_(AccessGrant.valid_until.is_(None), AccessGrant.valid_until > now),
    )


def unmerged(client_id: Any) -> ColumnElement[bool]:
    """Whether a client's record has not been merged into another."""
    return ~exists().where(MergedClient.merged_id == client_id)


def whole_of(client_id: UUID, query: Select[T]) -> Select[T]:
    """Let a query on the record itself see a client's record with the records that were merged into it.

    Of each row come its own columns alone: what hangs on it has a rule of its own.
    """
    return query.execution_options(**{WHOLE_OF: client_id})


def survivor_of(client_id: Any) -> ColumnElement[UUID]:
    """The client that an id in a column stands for, through however many merges. Index: pk_merged_client.

    For checks that find people by what a merged record says.
    """
    itself = select(client_id.label("client_id"), literal(0).label("merges")).correlate(client_id.table)
    way = itself.cte("way", recursive=True, nesting=True)
    onward = select(MergedClient.survivor_id, way.c.merges + 1).join(way, MergedClient.merged_id == way.c.client_id)
    way = way.union_all(onward)
    return select(way.c.client_id).order_by(way.c.merges.desc()).limit(1).scalar_subquery()


_OUT_OF_SIGHT = with_loader_criteria(RecordItself, lambda row: unmerged(row.client_id), include_aliases=True)


@event.listens_for(ScopedSession, "do_orm_execute")
def narrow(state: ORMExecuteState) -> None:
    """Put the actor's criteria into the query; refuse queries that would pass by the access log."""
    checking = state.execution_options.get(CHECK, False)
    if (state.is_insert or state.is_update or state.is_delete) and _is_personal(state.bind_mapper):
        raise ChangeInBulk
    if state.is_select and not state.is_column_load and not state.is_relationship_load:
        _refuse_what_escapes(state, checking=checking)
    if checking:
        return
    if whole_of := state.execution_options.get(WHOLE_OF):
        assert isinstance(state.statement, Select)
        assert state.bind_mapper is not None
        info = state.session.info
        seen = _seen_of_whole(state.bind_mapper.class_, info["actor"], info["now"], whole_of)
        state.statement = state.statement.where(seen).options(raiseload("*"))
        state.update_execution_options(**{WHOLE_OF: whole_of})  # for `note_read`
        return
    criteria = state.session.info.get("criteria")
    state.statement = state.statement.options(_OUT_OF_SIGHT, *([criteria] if criteria is not None else ()))


def _refuse_what_escapes(state: ORMExecuteState, *, checking: bool) -> None:
    for described in state.statement.column_descriptions:  # type: ignore[attr-defined]
        entity = described.get("entity")
        whole = described["expr"] is entity
        if whole and checking:
            raise EntitiesInCheck
        if not whole and not checking and entity is not None and _is_personal(inspect(entity).mapper):
            raise ColumnsOfScoped


def _is_personal(mapper: Mapper[Any] | None) -> bool:
    return mapper is not None and issubclass(mapper.class_, Scoped)


@event.listens_for(Scoped, "load", propagate=True)
def note_read(row: Scoped, context: QueryContext) -> None:
    """Every personal row that becomes an object has been read."""
    ledger: Ledger | None = context.session.info.get("ledger")
    if ledger is not None:
        whole_of: Any = context.execution_options.get(WHOLE_OF)
        ledger.saw(row, whole_of)


@event.listens_for(ScopedSession, "before_flush")
def note_changes(session: ScopedSession, flush: UOWTransaction, instances: Any) -> None:
    """Every personal row that is about to be written is created, changed or removed."""
    ledger: Ledger = session.info["ledger"]
    done = (
        (AccessAction.CREATE, session.new),
        (AccessAction.CHANGE, session.dirty),
        (AccessAction.REMOVE, session.deleted),
    )
    for action, rows in done:
        for row in rows:
            if isinstance(row, Scoped) and (action is not AccessAction.CHANGE or session.is_modified(row)):
                ledger.changed(row, row.made_as if action is AccessAction.CREATE else action)
