"""Whether the access logs of an installation are whole: entries against seals, seals against chains, chains against
the anchors that all services keep. Reads row by row, so that a log of any length fits into memory.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from shared.access.chain import Head, Link, beginning, digest
from shared.access.entries import COLUMNS
from shared.access.models import AccessAnchor, AccessEntry, AccessHead, AccessSeal
from shared.db.engine import async_url

AT_ONCE = 1000
ASK_AGAIN_SECONDS = 0.2


class Wrong(StrEnum):
    """What may be wrong with a row."""

    ALTERED = "the entry is not what it was when it was written"
    MISSING = "the entry was taken away"
    UNSEALED = "the entry was put in by hand, or its seal was taken away"
    SEAL_ALTERED = "the seal does not follow from the one before"
    SEALS_MISSING = "seals were taken away"
    END_ALTERED = "the chain does not end where it was left"
    ANCHOR_CONTRADICTED = "the chain is not the one that was anchored"
    ANCHOR_MISSING = "an anchor that others keep was taken away"
    NOT_CHAINED = "the entry waits to be chained, and nobody chains it"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was left: in which service, in which place, and what is wrong."""

    service: str
    wrong: Wrong
    position: int | None = None
    last_position: int | None = None
    entry_id: UUID | None = None
    anchor: str | None = None

    def __str__(self) -> str:
        span = (self.position, self.last_position or self.position)
        named = {
            "position": "–".join(str(position) for position in dict.fromkeys(span) if position is not None),
            "entry": self.entry_id,
            "anchor": self.anchor,
        }
        return ": ".join([self.service, *(f"{name} {place}" for name, place in named.items() if place), self.wrong])


@dataclass(slots=True)
class Result:
    """How much was looked at, and how many faults were told."""

    services: int = 0
    entries: int = 0
    sealed: int = 0
    anchors: int = 0
    faults: int = 0

    def __str__(self) -> str:
        names = ("services", "entries", "sealed", "anchors", "faults")
        return " ".join(f"{name}={number}" for name, number in zip(names, astuple(self), strict=True))


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far a service's chain had reached on a day, as one of the services keeps it."""

    keeper: str
    service: str
    day: date
    head: Head

    @property
    def name(self) -> str:
        """Of which day it is, and who keeps it."""
        return f"of {self.day} at {self.keeper}"


Tell = Callable[[Fault], None]
Advance = Callable[[int], None]


async def verify(databases: Mapping[str, str], tell: Tell, advance: Advance = lambda rows: None) -> Result:
    """Verify the logs of all services (service -> address of its database); every fault is told as it is found.

    `advance` hears how many more rows of the `size` have been read.
    """
    result = Result()

    def told(fault: Fault) -> None:
        result.faults += 1
        tell(fault)

    anchors = await _all_anchors(databases)
    for fault in _missing(anchors, databases):
        told(fault)
    for service, url in databases.items():
        async with _snapshot(url) as connection:
            log = _Log(service, connection, result, told, advance)
            await log.verify([anchor for anchor in anchors if anchor.service == service])
    return result


async def unchained(databases: Mapping[str, str], patience_seconds: float) -> list[Fault]:
    """The oldest entry of each service that waits now and still waits when patience ends: its sealer stands still."""
    found = await asyncio.gather(*(_left_waiting(url, patience_seconds) for url in databases.values()))
    return [
        Fault(service, Wrong.NOT_CHAINED, entry_id=entry_id)
        for service, entry_id in zip(databases, found, strict=True)
        if entry_id
    ]


async def _left_waiting(url: str, patience_seconds: float) -> UUID | None:
    first, ends = await _oldest_waiting(url), asyncio.get_running_loop().time() + patience_seconds
    while first and await _oldest_waiting(url) == first:
        if asyncio.get_running_loop().time() >= ends:
            return first
        await asyncio.sleep(ASK_AGAIN_SECONDS)
    return None


async def _oldest_waiting(url: str) -> UUID | None:
    """Index: access_seal_waiting."""
    waiting = select(AccessSeal.entry_id).where(AccessSeal.position.is_(None)).order_by(AccessSeal.seq).limit(1)
    async with _snapshot(url) as connection:
        return (await connection.execute(waiting)).scalar()


async def size(databases: Mapping[str, str]) -> int:
    """How many rows a verification reads."""
    total = 0
    for url in databases.values():
        async with _snapshot(url) as connection:
            for table in (AccessEntry, AccessSeal):
                total += (await connection.execute(select(func.count()).select_from(table))).scalar_one()
    return total


@dataclass(slots=True)
class _Log:
    """The log of one service, in one snapshot of its database."""

    service: str
    connection: AsyncConnection
    result: Result
    tell: Tell
    advance: Advance

    async def verify(self, anchors: Sequence[Anchor]) -> None:
        self.result.services += 1
        await self._entries()
        await self._end(await self._chain())
        await self._anchors(anchors)

    async def _entries(self) -> None:
        """Each entry against its seal, whether chained already or not. Indexes: the primary keys."""
        query = select(
            *COLUMNS, AccessEntry.seq, AccessSeal.seq.label("seal"), AccessSeal.entry_id, AccessSeal.digest,
            AccessSeal.position,
        ).outerjoin_from(AccessEntry, AccessSeal, AccessEntry.seq == AccessSeal.seq, full=True)  # fmt: skip
        async for row in self._rows(query):
            self.result.entries += row.id is not None
            if wrong := _wrong_with(row):
                self.tell(Fault(self.service, wrong, row.position, entry_id=row.entry_id or row.id))

    async def _chain(self) -> Head:
        """Each seal against the one before; answers where the chain ends. Index: uq_access_seal_position."""
        query = select(AccessSeal.seq, AccessSeal.entry_id, AccessSeal.digest, AccessSeal.position, AccessSeal.hash)
        before = should_be = beginning(self.service)
        async for row in self._rows(query.where(AccessSeal.position.is_not(None)).order_by(AccessSeal.position)):
            self.result.sealed += 1
            found, link = Head(row.position, row.hash), Link(row.seq, row.entry_id, row.digest)
            if row.position != before.position + 1:
                self.tell(Fault(self.service, Wrong.SEALS_MISSING, before.position + 1, row.position - 1))
                should_be = found
            elif found in (before.followed_by(link), should_be.followed_by(link)):
                should_be = found
            else:
                self.tell(Fault(self.service, Wrong.SEAL_ALTERED, row.position, entry_id=row.entry_id))
                should_be = before.followed_by(link)
            before = found
        return before

    async def _end(self, end: Head) -> None:
        """The last seal against the head, which the sealer has moved on with it."""
        head = (await self.connection.execute(select(AccessHead.position, AccessHead.hash))).first()
        left = Head(head.position, head.hash) if head else beginning(self.service)
        if left != end:
            self.tell(Fault(self.service, Wrong.END_ALTERED, end.position))

    async def _anchors(self, anchors: Sequence[Anchor]) -> None:
        """The chain against what the services keep of it. Index: uq_access_seal_position."""
        for start in range(0, len(anchors), AT_ONCE):
            some = anchors[start : start + AT_ONCE]
            at = AccessSeal.position.in_({anchor.head.position for anchor in some})
            rows = await self.connection.execute(select(AccessSeal.position, AccessSeal.hash).where(at))
            found = {Head(row.position, row.hash) for row in rows}
            self.result.anchors += len(some)
            for anchor in some:
                if anchor.head not in found:
                    fault = Fault(self.service, Wrong.ANCHOR_CONTRADICTED, anchor.head.position, anchor=anchor.name)
                    self.tell(fault)

    async def _rows(self, query: Executable) -> AsyncIterator[Row[Any]]:
        rows = await self.connection.stream(query, execution_options={"yield_per": AT_ONCE})
        async for some in rows.partitions():
            for row in some:
                yield row
            self.advance(len(some))


def _wrong_with(row: Row[Any]) -> Wrong | None:
    if row.seal is None:
        return Wrong.UNSEALED
    if row.id is None:
        return Wrong.MISSING
    said = {column.key: getattr(row, column.key) for column in COLUMNS}
    return None if (row.id, digest(said)) == (row.entry_id, row.digest) else Wrong.ALTERED


def _missing(anchors: Sequence[Anchor], keepers: Iterable[str]) -> list[Fault]:
    """Anchors that some service keeps and another should; the newest may still be on its way to the others."""
    newest = {anchor.service: anchor.head for anchor in sorted(anchors, key=lambda anchor: anchor.head.position)}
    kept = {(anchor.keeper, anchor.service, anchor.day) for anchor in anchors}
    due = {
        (keeper, anchor.service, anchor.day): anchor
        for anchor in anchors
        for keeper in keepers
        if keeper == anchor.service or anchor.head.position < newest[anchor.service].position
    }
    return [
        Fault(anchor.service, Wrong.ANCHOR_MISSING, anchor.head.position, anchor=replace(anchor, keeper=keeper).name)
        for (keeper, service, day), anchor in due.items()
        if (keeper, service, day) not in kept
    ]


async def _all_anchors(databases: Mapping[str, str]) -> list[Anchor]:
    """What every service keeps of every chain, its own anchors last.

    All of it is read before the chains, and a service anchors its own chain before others hear of it: so what is read
    later is never behind what was read before.
    """
    peers = [await _anchors_at(keeper, url, AccessAnchor.service != keeper) for keeper, url in databases.items()]
    owners = [await _anchors_at(keeper, url, AccessAnchor.service == keeper) for keeper, url in databases.items()]
    return list(chain.from_iterable(peers + owners))


async def _anchors_at(keeper: str, url: str, which: ColumnElement[bool]) -> list[Anchor]:
    query = select(AccessAnchor.service, AccessAnchor.day, AccessAnchor.position, AccessAnchor.hash).where(which)
    async with _snapshot(url) as connection:
        rows = await connection.execute(query.order_by(AccessAnchor.service, AccessAnchor.day))
        return [Anchor(keeper, row.service, row.day, Head(row.position, row.hash)) for row in rows]


@asynccontextmanager
async def _snapshot(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection that sees a database as it is at one moment, and changes nothing."""
    engine = create_async_engine(async_url(url), hide_parameters=True)
    try:
        async with engine.connect() as connection:
            yield await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    finally:
        await engine.dispose()
