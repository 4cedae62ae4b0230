"""The sealer: gives each entry of the access log its place in the service's chain, a moment after it was written.

Reads never wait for the chain: their transactions leave digests, and one process of the service at a time links them.
"""

import asyncio
import contextlib
from collections.abc import Sequence

import structlog
from sqlalchemy import ARRAY, BigInteger, LargeBinary, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.access.chain import Head, Link, beginning
from shared.access.models import AccessHead, AccessSeal
from shared.db.alone import alone
from shared.telemetry.metrics import ACCESS_ENTRIES_LEFT_WAITING, ACCESS_ENTRIES_SEALED

log = structlog.get_logger("sealer")

LOCK = "sidus-sealer"
BATCH = 500
GATHER_SECONDS = 0.05
"""How long the sealer lets others come along after it was woken: under load it works in batches."""

IDLE_SECONDS = 1.0
RETRY_SECONDS = 1.0
WATCH_SECONDS = 30.0


class ChainBroken(Exception):
    """Head and seals contradict each other: somebody else wrote them. Nothing more is sealed until this is mended."""


class Sealer:
    """Chains what the service has logged."""

    def __init__(self, service: str, engine: AsyncEngine) -> None:
        self._service = service
        self._engine = engine
        self._wake = asyncio.Event()
        self._last_waiting = 0

    def wake(self) -> None:
        """Entries have been committed: do not wait for the next round."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; whatever fails is tried again."""
        while True:
            try:
                async with alone(self._engine, LOCK) as connection:
                    await self._hold(connection)
            except ChainBroken:
                log.error("chain broken", see="sidus verify-log")
            except (SQLAlchemyError, OSError) as error:
                log.warning("sealer interrupted", reason=type(error).__qualname__)
            await asyncio.sleep(RETRY_SECONDS)

    async def watch(self) -> None:
        """See to it, in every process of the service, that somebody seals: an entry is safe only in the chain."""
        while True:
            with contextlib.suppress(SQLAlchemyError, OSError):
                async with self._engine.connect() as connection:
                    ACCESS_ENTRIES_LEFT_WAITING.set(left := await self.look(connection))
                if left:
                    log.error("entries left waiting", entries=left)
            await asyncio.sleep(WATCH_SECONDS)

    async def look(self, connection: AsyncConnection) -> int:
        """How many entries waited at the last look already. Index: access_seal_waiting."""
        seq = AccessSeal.seq
        query = select(func.count().filter(seq <= self._last_waiting), func.coalesce(func.max(seq), 0))
        left, self._last_waiting = (await connection.execute(query.where(AccessSeal.position.is_(None)))).one()
        return int(left)

    async def _hold(self, connection: AsyncConnection) -> None:
        while True:
            await self.round(connection)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._wake.wait()
                    await asyncio.sleep(GATHER_SECONDS)

    async def round(self, connection: AsyncConnection) -> None:
        """Chain everything that waits, batch by batch; a batch is chained whole or not at all."""
        self._wake.clear()
        while links := await _waiting(connection):
            await _chain(connection, await self._head(connection), links)
            ACCESS_ENTRIES_SEALED.inc(len(links))

    async def _head(self, connection: AsyncConnection) -> Head:
        head = (await connection.execute(select(AccessHead.position, AccessHead.hash))).first()
        if head is not None:
            return Head(head.position, head.hash)
        chained = select(AccessSeal.position).where(AccessSeal.position.is_not(None)).limit(1)
        if (await connection.execute(chained)).first() is not None:
            raise ChainBroken
        first = beginning(self._service)
        begun = {"service": self._service, "position": first.position, "hash": first.hash}
        await connection.execute(insert(AccessHead).values(begun).on_conflict_do_nothing())
        return first


async def _waiting(connection: AsyncConnection) -> Sequence[Link]:
    """What has no place yet, in the order in which it was numbered. Index: access_seal_waiting."""
    query = select(AccessSeal.seq, AccessSeal.entry_id, AccessSeal.digest).where(AccessSeal.position.is_(None))
    rows = await connection.execute(query.order_by(AccessSeal.seq).limit(BATCH))
    return [Link(row.seq, row.entry_id, row.digest) for row in rows]


async def _chain(connection: AsyncConnection, head: Head, links: Sequence[Link]) -> None:
    """Move the head on over these links and seal each; ChainBroken when the head was not where it was left."""
    heads = [head := head.followed_by(link) for link in links]
    sealed = {
        "before": heads[0].position - 1,
        "last": head.position,
        "last_hash": head.hash,
        "seqs": [link.seq for link in links],
        "positions": [one.position for one in heads],
        "hashes": [one.hash for one in heads],
    }
    if (await connection.execute(_SEAL, sealed)).rowcount != len(links):
        raise ChainBroken


_moved = (
    update(AccessHead)
    .where(AccessHead.position == bindparam("before"))
    .values(position=bindparam("last"), hash=bindparam("last_hash"))
    .returning(AccessHead.service)
    .cte("moved")
)
_places = (
    func.unnest(
        bindparam("seqs", type_=ARRAY(BigInteger)),
        bindparam("positions", type_=ARRAY(BigInteger)),
        bindparam("hashes", type_=ARRAY(LargeBinary)),
    )
    .table_valued("seq", "position", "hash")
    .render_derived()
)
_SEAL = (
    update(AccessSeal)
    .where(
        AccessSeal.seq == _places.c.seq,
        AccessSeal.position.is_(None),
        select(_moved.c.service).exists(),
    )
    .values(position=_places.c.position, hash=_places.c.hash)
    .execution_options(synchronize_session=False)
)
"""One statement moves the head and gives the places: killed in between, it has done neither."""
