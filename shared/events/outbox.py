"""What a unit of work has to tell: numbered per aggregate, and written with the change it tells of."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Table, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access.models import BROUGHT_BY, MergedClient
from shared.db.copying import insert_all
from shared.events.envelope import Envelope, Event
from shared.events.models import Outgoing
from shared.ids import new_id


class Told(Protocol):
    """What an event can be told of: it has an id, and counts its events."""

    id: Any
    sequence: Any


@dataclass(slots=True)
class Fact:
    """What an event tells of where no row stands for it: its place among the events about it is known beforehand."""

    id: UUID
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells, when, and in the course of what."""

    service: str
    agency: str
    time: datetime
    request_id: str
    traceparent: str | None


@dataclass(slots=True)
class Announcement:
    """An event of one aggregate, and its place among the aggregate's events once that is known.

    `brought_by` is the merge by which the aggregate came to the client it names now.
    """

    event: Event
    aggregate: UUID
    table: Table | None
    sequence: int | None
    brought_by: UUID | None


class Outbox:
    """Events waiting for their unit of work to commit."""

    def __init__(self) -> None:
        self._announced: list[Announcement] = []

    def __len__(self) -> int:
        return len(self._announced)

    def announce(self, event: Event, of: Told) -> None:
        """Take an event. A row that is not stored yet counts for itself; for others the database counts."""
        state = inspect(of, raiseerr=False)
        if state is not None and state.persistent:
            brought_by = getattr(of, BROUGHT_BY, None)
            self._announced.append(Announcement(event, of.id, state.mapper.local_table, None, brought_by))
        else:
            of.sequence = (of.sequence or 0) + 1
            self._announced.append(Announcement(event, of.id, None, of.sequence, None))

    async def write(self, session: AsyncSession, teller: Teller) -> None:
        """Number what is not numbered and store everything; events of one aggregate are told one at a time."""
        await self._number(session)
        await self._name_the_merged(session)
        rows = [_row(announcement, teller) for announcement in self._announced]
        if rows:
            await insert_all(session, Outgoing, rows)

    def forget(self, since: int) -> None:
        """What was announced since there were so many events has been undone."""
        del self._announced[since:]

    def clear(self) -> None:
        """Forget what has been written."""
        self._announced.clear()

    async def _number(self, session: AsyncSession) -> None:
        """Count in the database, in the order of ids: others who tell of the same aggregate wait, nobody is refused."""
        counts = Counter((announced.aggregate, announced.table) for announced in self._unnumbered())
        for (aggregate, table), count in sorted(counts.items(), key=lambda counted: counted[0][0]):
            assert table is not None
            counting = update(table).where(table.c.id == aggregate).values(sequence=table.c.sequence + count)
            last = await session.scalar(counting.returning(table.c.sequence))
            assert last is not None
            places = iter(range(last - count + 1, last + 1))
            for announced in self._unnumbered():
                if announced.aggregate == aggregate:
                    announced.sequence = next(places)

    async def _name_the_merged(self, session: AsyncSession) -> None:
        """Tell of what a merge brought under the id it had before.

        Whoever follows finds the survivor by it while the merge stands, and the right record when it is undone.
        """
        brought = {announced.brought_by for announced in self._announced} - {None}
        if brought:
            query = select(MergedClient.merge_id, MergedClient.merged_id).where(MergedClient.merge_id.in_(brought))
            merged = {row.merge_id: row.merged_id for row in await session.execute(query)}
            for announced in self._announced:
                if announced.brought_by in merged:
                    named = {"client_id": merged[announced.brought_by]}
                    announced.event = announced.event.model_copy(update=named)

    def _unnumbered(self) -> Iterator[Announcement]:
        return (announced for announced in self._announced if announced.sequence is None)


def _row(announced: Announcement, teller: Teller) -> dict[str, Any]:
    assert announced.sequence is not None
    envelope = Envelope(
        id=new_id(),
        source=f"/sidus/{teller.service}",
        type=announced.event.type(),
        subject=announced.event.subject(announced.aggregate),
        time=teller.time,
        aggregate=announced.aggregate,
        sequence=announced.sequence,
        agency=teller.agency,
        correlationid=teller.request_id,
        traceparent=teller.traceparent,
        data=announced.event.model_dump(mode="json"),
    )
    return {
        "id": envelope.id,
        "subject": envelope.subject,
        "aggregate_id": envelope.aggregate,
        "envelope": envelope.model_dump(mode="json", exclude_none=True),
        "created_at": teller.time,
    }
