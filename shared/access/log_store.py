"""Every query on the access log: whose entries an actor may read, and which of them are wanted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from shared.access.models import AccessEntry
from shared.actor import Actor, Role
from shared.db.work import UnitOfWork
from shared.http.log_filter import Narrowing


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for: about which clients, any if none are named, and narrowed by what."""

    clients: Sequence[UUID]
    by: Narrowing


def entries(actor: Actor, wanted: Wanted, now: datetime) -> Select[AccessEntry]:
    """The entries that an actor may read: a person's about themself, others' those of their own agency.

    Indexes: access_log_of_client where clients are named, else access_log_of_officer, access_log_hidden or
    access_log_of_agency.
    """
    return select(AccessEntry).where(*_readable(actor, wanted, now), *_narrowed(wanted))


async def newest(work: UnitOfWork, wanted: Wanted, most: int) -> tuple[Sequence[AccessEntry], int]:
    """The newest entries that the actor may read, and how many there are. Indexes: as for `entries`."""
    query = entries(work.actor, wanted, work.clock.now())
    found = await work.all(query.order_by(AccessEntry.at.desc(), AccessEntry.seq.desc()).limit(most))
    [(number,)] = await work.check(query.with_only_columns(func.count()).order_by(None))
    return found, number


async def begun(work: UnitOfWork) -> datetime | None:
    """Since when the log has entries. Index: pk_access_log."""
    rows = await work.check(select(AccessEntry.at).order_by(AccessEntry.seq).limit(1))
    return rows[0].at if rows else None


def _readable(actor: Actor, wanted: Wanted, now: datetime) -> Iterator[ColumnElement[bool]]:
    """Whose entries; a hidden one is for the agency's data-protection officer, and for all once its time is over."""
    if actor.has(Role.PERSON):
        yield AccessEntry.client_id.in_(wanted.clients)
    else:
        yield AccessEntry.agency == actor.agency
    if not actor.has(Role.DATA_PROTECTION_OFFICER):
        yield or_(AccessEntry.hidden_until.is_(None), AccessEntry.hidden_until <= now)


def _narrowed(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.clients:
        yield AccessEntry.client_id.in_(wanted.clients)
    if wanted.by.officer:
        yield AccessEntry.officer == wanted.by.officer
    if wanted.by.action:
        yield AccessEntry.action == wanted.by.action
    if wanted.by.since:
        yield AccessEntry.at >= wanted.by.since
    if wanted.by.until:
        yield AccessEntry.at < wanted.by.until
    if wanted.by.hidden:
        yield AccessEntry.hidden_code.is_not(None)
