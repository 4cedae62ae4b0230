"""The relay: carries committed events from the outbox to the stream, in order, until the stream has them.

One relay a service is active at a time: it holds an advisory lock on the connection it works with. The stream is
transport, not truth: the relay notices when it lost or forgot messages and publishes them again under the same ids.
"""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from sqlalchemy import Row, bindparam, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import Clock
from shared.db.alone import alone
from shared.events.bus import Bus
from shared.events.envelope import CONTENT_TYPE
from shared.events.models import Outgoing, StreamSeen
from shared.events.names import WATERMARK, stream_of
from shared.events.topology import KEPT_FOR, ensure_stream
from shared.telemetry.metrics import EVENTS_PUBLISHED, EVENTS_REPUBLISHED, OUTBOX_OLDEST_SECONDS, OUTBOX_WAITING

log = structlog.get_logger("relay")

BATCH = 100
IDLE_SECONDS = 0.5
RETRY_SECONDS = 1.0
LOOK_SECONDS = 3.0
LOCK = "sidus-relay"


@dataclass(frozen=True, slots=True)
class StreamState:
    """What the server says of our stream."""

    created: str
    first: int
    last: int
    deleted: list[int]


class Relay:
    """Publishes what the service has committed."""

    def __init__(self, service: str, engine: AsyncEngine, bus: Bus, clock: Clock, *, replicas: int = 1) -> None:
        self.service = service
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._replicas = replicas
        self._wake = asyncio.Event()
        self._generation = 0
        self._place = 0
        self._looked = float("-inf")
        self._reconnects = 0

    def wake(self) -> None:
        """Something has been committed: do not wait for the next round."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; whatever fails is tried again."""
        js = await self._bus.wait()
        while True:
            try:
                async with alone(self._engine, LOCK) as connection:
                    await self._hold(connection, js)
            except (SQLAlchemyError, NatsError, OSError) as error:
                log.warning("relay interrupted", reason=type(error).__qualname__)
                self._looked = float("-inf")
                await asyncio.sleep(RETRY_SECONDS)

    async def _hold(self, connection: AsyncConnection, js: JetStreamContext) -> None:
        while True:
            await self.round(connection, js)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._wake.wait()

    async def round(self, connection: AsyncConnection, js: JetStreamContext) -> None:
        """Look after the stream when it is time, then publish everything that waits."""
        self._wake.clear()
        now, reconnects = asyncio.get_running_loop().time(), self._bus.client.stats["reconnects"]
        if now - self._looked >= LOOK_SECONDS or reconnects != self._reconnects:
            await self._look_after_stream(connection, js)
            self._looked, self._reconnects = now, reconnects
        while waiting := await self._waiting(connection):
            await self._publish(connection, js, waiting)
        OUTBOX_WAITING.set(0)
        OUTBOX_OLDEST_SECONDS.set(0)
        if self.service == WATERMARK.rsplit(".", 1)[1]:
            await self._bus.client.publish(WATERMARK, str(self._place).encode())

    async def _waiting(self, connection: AsyncConnection) -> Sequence[Row[Any]]:
        query = (
            select(Outgoing.seq, Outgoing.id, Outgoing.subject, Outgoing.aggregate_id, Outgoing.envelope)
            .add_columns(Outgoing.created_at)
            .where(Outgoing.published_at.is_(None))
            .order_by(Outgoing.seq)
            .limit(BATCH)
        )
        rows = (await connection.execute(query)).all()
        if rows:
            OUTBOX_WAITING.set(len(rows))
            OUTBOX_OLDEST_SECONDS.set((self._clock.now() - rows[0].created_at).total_seconds())
        return rows

    async def _publish(self, connection: AsyncConnection, js: JetStreamContext, waiting: Sequence[Row[Any]]) -> None:
        by_aggregate: dict[Any, list[Row[Any]]] = defaultdict(list)
        for row in waiting:
            by_aggregate[row.aggregate_id].append(row)
        done: list[dict[str, Any]] = []
        attempts = [self._publish_in_order(js, rows, done) for rows in by_aggregate.values()]
        failures = [e for e in await asyncio.gather(*attempts, return_exceptions=True) if e is not None]
        if done:
            self._place = max(self._place, *(one["place"] for one in done))
            await connection.execute(_MARK, done)
        if failures:
            raise failures[0]

    async def _publish_in_order(
        self, js: JetStreamContext, rows: Sequence[Row[Any]], done: list[dict[str, Any]]
    ) -> None:
        for row in rows:
            headers = {"Nats-Msg-Id": self._message_id(row), "content-type": CONTENT_TYPE}
            if trace := row.envelope.get("traceparent"):
                headers["traceparent"] = trace
            answer = await js.publish(row.subject, orjson.dumps(row.envelope), headers=headers, timeout=3)
            done.append({"row": row.seq, "place": answer.seq})
            EVENTS_PUBLISHED.labels(row.subject.rsplit(".", 1)[0]).inc()

    def _message_id(self, row: Row[Any]) -> str:
        """The event's id; marked once the stream has forgotten, or it would drop what it only remembers the id of."""
        return f"{row.id}:{self._generation}" if self._generation else str(row.id)

    async def _look_after_stream(self, connection: AsyncConnection, js: JetStreamContext) -> None:
        await ensure_stream(js, self.service, self._replicas)
        state = await self._state()
        self._place = state.last
        seen = (await connection.execute(select(StreamSeen.created, StreamSeen.generation))).first()
        self._generation = seen.generation if seen else 0
        anew = seen is not None and seen.created != state.created
        lost = await self._unpublish(connection, state, anew=anew)
        if lost:
            self._generation += 1
            EVENTS_REPUBLISHED.inc(lost)
            log.warning("stream lost messages", lost=lost, anew=anew)
        if lost or seen is None or anew:
            await self._remember(connection, state)

    async def _unpublish(self, connection: AsyncConnection, state: StreamState, *, anew: bool) -> int:
        """Mark as unpublished what the stream should hold and does not; answers how many.

        What is older than the stream's own memory was not lost: it has been forgotten as it should be.
        """
        missing = or_(
            Outgoing.stream_seq < state.first,
            Outgoing.stream_seq > state.last,
            Outgoing.stream_seq.in_(state.deleted),
        )
        remembered = Outgoing.published_at > func.now() - KEPT_FOR
        statement = update(Outgoing).where(remembered).values(published_at=None, stream_seq=None)
        result = await connection.execute(statement if anew else statement.where(missing))
        return int(result.rowcount)

    async def _state(self) -> StreamState:
        request = json.dumps({"deleted_details": True}).encode()
        answer = await self._bus.client.request(f"$JS.API.STREAM.INFO.{stream_of(self.service)}", request, timeout=3)
        info = orjson.loads(answer.data)
        state = info["state"]
        return StreamState(info["created"], state["first_seq"], state["last_seq"], state.get("deleted") or [])

    async def _remember(self, connection: AsyncConnection, state: StreamState) -> None:
        seen = {"stream": stream_of(self.service), "created": state.created, "generation": self._generation}
        statement = insert(StreamSeen).values(seen)
        await connection.execute(statement.on_conflict_do_update(index_elements=["stream"], set_=seen))


_MARK = (
    update(Outgoing)
    .where(Outgoing.seq == bindparam("row"))
    .values(published_at=func.now(), stream_seq=bindparam("place"))
)
"""By the database's clock: how long the stream remembers is counted in real time, not in the sandbox's."""


async def prune(connection: AsyncConnection, days: int) -> None:
    """Forget published events, handled ids and stored answers that are older than the stream's own memory."""
    for statement in (
        "DELETE FROM outbox WHERE published_at < now() - make_interval(days => :days)",
        "DELETE FROM inbox WHERE handled_at < now() - make_interval(days => :days)",
        "DELETE FROM idempotent_reply WHERE expires_at < now() AND :days > 0",
    ):
        await connection.execute(text(statement), {"days": days})
