"""Entries of the access log: those that a unit of work leaves, and how they are written.

An entry is written with what seals it by one statement, so that none is there without its seal.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access.categories import Ground
from shared.access.chain import digest
from shared.access.ledger import Basis, GroundGone, Law, Ledger, Opened
from shared.access.models import AccessEntry, AccessGrant, AccessSeal
from shared.access.visibility import in_force
from shared.actor import Actor
from shared.db.base import Plumbing
from shared.db.copying import MANY, copy
from shared.http.problems import AccessStateUnknown
from shared.ids import new_id

_LOG = Plumbing.metadata.tables[AccessEntry.__tablename__]
_SEALS = Plumbing.metadata.tables[AccessSeal.__tablename__]

COLUMNS = tuple(column for column in _LOG.columns if column.key != "seq")
"""What an entry says, and what its digest covers; the seal itself holds the number."""

_entry = (
    insert(_LOG)
    .values({column.key: bindparam(f"entry_{column.key}", type_=column.type) for column in COLUMNS})
    .returning(_LOG.c.seq, _LOG.c.id)
    .cte("entry")
)
_WRITE = insert(_SEALS).from_select(
    ["seq", "entry_id", "digest"],
    select(_entry.c.seq, _entry.c.id, bindparam("digest", type_=_SEALS.c.digest.type)),
)

_NUMBERS = select(func.nextval(func.pg_get_serial_sequence(_LOG.name, "seq"))).select_from(
    func.generate_series(1, bindparam("count", type_=Integer))
)
"""As many numbers as there are entries to write."""


async def due(
    session: AsyncSession, ledger: Ledger, operation: str, at: datetime, *, grants_are_current: bool
) -> list[dict[str, Any]]:
    """The entries for what an operation has touched, on grounds that still stand; raises AccessStateUnknown."""
    foreign = ledger.foreign_clients()
    if foreign and not grants_are_current:
        raise AccessStateUnknown
    try:
        rows = ledger.rows(await _grants_on(session, foreign, ledger.actor.agency, at) if foreign else {})
    except GroundGone as error:
        raise AccessStateUnknown from error
    common = _in_common(ledger.actor, operation, at)
    return [common | row for row in rows]


async def write(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write entries with their digests: in one round trip, or, where there are many, by COPY."""
    named = [{"id": new_id()} | row for row in rows]
    if len(named) < MANY:
        await session.execute(_WRITE, [_sealed(row) for row in named])
        return
    numbers = (await session.scalars(_NUMBERS, {"count": len(named)})).all()
    await copy(session, AccessEntry, [{"seq": number} | row for number, row in zip(numbers, named, strict=True)])
    seals = zip(numbers, named, strict=True)
    await copy(session, AccessSeal, [{"seq": seq, "entry_id": row["id"], "digest": digest(row)} for seq, row in seals])


def _sealed(row: dict[str, Any]) -> dict[str, Any]:
    return {f"entry_{column.key}": row[column.key] for column in COLUMNS} | {"digest": digest(row)}


async def _grants_on(session: AsyncSession, clients: set[UUID], agency: str, at: datetime) -> Opened:
    """The grants of an agency on clients: those that the person may know of first, and of those the oldest.

    Index: access_grant_in_force.
    """
    query = (
        select(AccessGrant.client_id, AccessGrant.category, AccessGrant.source_agency)
        .add_columns(AccessGrant.ground, AccessGrant.legal_code, AccessGrant.hidden_until)
        .where(AccessGrant.client_id.in_(clients), AccessGrant.grantee == agency, in_force(at))
        .order_by(AccessGrant.hidden_until.nulls_first(), AccessGrant.valid_from)
    )
    opened: dict[tuple[UUID, str], list[tuple[str | None, Basis]]] = {}
    for client_id, category, source, ground, *law in await session.execute(query):
        opened.setdefault((client_id, category), []).append((source, Basis(Ground(ground), Law(*law))))
    return opened


def _in_common(actor: Actor, operation: str, at: datetime) -> dict[str, Any]:
    """What all entries of an operation say alike."""
    return {
        "at": at,
        "agency": actor.agency,
        "officer": actor.officer,
        "operation": operation,
        "purpose": actor.purpose,
        "case_id": actor.case,
        "request_id": actor.request_id,
    }
