"""Entries of the access log, written with what seals them: one statement, so that none is there without its seal."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access.chain import digest
from shared.access.models import AccessEntry, AccessSeal
from shared.db.base import Plumbing
from shared.db.copying import MANY, copy
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
