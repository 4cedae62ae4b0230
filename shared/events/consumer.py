"""The consumer: takes events from another service's stream, each with exactly one effect, in order per aggregate.

Inbox row, effect and place in the order commit together; only then is the message acknowledged. What cannot be
handled goes to the dead letters, where it can be read and replayed; what merely cannot be handled now waits.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from shared.actor import Actor
from shared.db.errand import Errand, Surroundings
from shared.db.work import UnitOfWork, unit_of_work
from shared.events.bus import Bus
from shared.events.catalog import BY_TYPE
from shared.events.envelope import Envelope, Event
from shared.events.models import DeadLetter, Followed, Incoming
from shared.events.names import durable_of, stream_of
from shared.events.pull import Pull, PullBroken
from shared.events.topology import ensure_consumer
from shared.http.problems import Unavailable
from shared.ids import new_id
from shared.telemetry.metrics import EVENTS_HANDLED

log = structlog.get_logger("consumer")

Handler = Callable[[Any, UnitOfWork], Awaitable[None]]

RETRY_SECONDS = 1.0
AT_ONCE = 8
BACKOFF = (0.2, 1.0, 5.0, 30.0, 120.0)
"""How long an event waits after each failure; when it fails once more, it is set aside."""
WAIT = (0.2, 1.0, 5.0)
"""How long an event waits for what cannot be had now, or for an earlier event; the last for as often as it takes."""
PATIENCE_WITH_GAPS = 8


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which events of another service are followed, and what is done about each."""

    owner: str
    handlers: Mapping[type[Event], Handler]
    lane: str = ""

    def durable(self, follower: str) -> str:
        """The name of the consumer by which a service takes these events."""
        return durable_of(follower, self.owner, self.lane)

    def subjects(self) -> set[str]:
        """Whole aggregates: order can be kept only among all events of one."""
        return {f"evt.{event.kind.rsplit('.', 1)[0]}.>" for event in self.handlers}


class Gap(Exception):
    """An earlier event of the same aggregate has not arrived yet."""


class Consumer:
    """Follows one service's stream for another."""

    def __init__(self, around: Surroundings, bus: Bus, subscription: Subscription) -> None:
        self.name = subscription.durable(around.service)
        self._around = around
        self._bus = bus
        self._subscription = subscription
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._failures: Counter[int] = Counter()

    async def run(self) -> None:
        """Work until cancelled; a stream or durable that is missing is waited for and made."""
        js = await self._bus.wait()
        while True:
            try:
                await self._follow(js)
            except (NatsError, PullBroken, OSError) as error:
                log.info("consumer waits", consumer=self.name, reason=type(error).__qualname__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self, js: JetStreamContext) -> None:
        owner = self._subscription.owner
        subscribed = self._subscription
        await ensure_consumer(js, self._around.service, owner, subscribed.subjects(), subscribed.lane)
        async with aclosing(Pull(self._bus.client, owner, self.name).batches()) as batches:
            async for messages in batches:
                await self._take(messages)

    async def _take(self, messages: Sequence[Msg]) -> None:
        by_aggregate: dict[str, list[Msg]] = defaultdict(list)
        for message in messages:
            by_aggregate[message.subject.rsplit(".", 1)[-1]].append(message)
        await asyncio.gather(*(self._take_in_order(group) for group in by_aggregate.values()))

    async def _take_in_order(self, messages: Sequence[Msg]) -> None:
        async with self._at_once:
            for message in messages:
                await self.take(message)

    async def take(self, message: Msg) -> None:
        """Handle one message and say to the server what became of it."""
        try:
            outcome = await self.handle(message.data, patient=await self._may_wait(message))
        except Gap:
            await self._later(message, "early", _step(WAIT, message.metadata.num_delivered))
        except (Unavailable, OSError) as error:
            log.info("event waits", consumer=self.name, reason=type(error).__qualname__)
            await self._later(message, "waits", _step(WAIT, message.metadata.num_delivered))
        except ValidationError as error:
            await self._set_aside(message, error)
        except Exception as error:
            await self._failed(message, error)
        else:
            EVENTS_HANDLED.labels(self.name, outcome).inc()
            self._failures.pop(message.metadata.sequence.stream, None)
            await message.ack_sync(timeout=3)

    async def _may_wait(self, message: Msg) -> bool:
        """Whether an event that comes too early may wait for the one before: while that one may still come.

        It may as long as the consumer has not settled everything that stands earlier in the stream.
        """
        if message.metadata.num_delivered <= PATIENCE_WITH_GAPS:
            return True
        js = await self._bus.wait()
        settled = (await js.consumer_info(stream_of(self._subscription.owner), self.name)).ack_floor
        return settled is not None and 0 < settled.stream_seq < message.metadata.sequence.stream - 1

    async def handle(self, body: bytes, *, patient: bool = True, replay: bool = False) -> str:
        """Give an event its one effect; answers `applied`, `twin`, `stale`, `ignored` or `erased`.

        Raises Gap when it comes too early.
        """
        envelope = Envelope.read(body)
        kind = BY_TYPE.get(envelope.type)
        event = kind.model_validate(envelope.data) if kind else None
        handler = self._subscription.handlers.get(kind) if kind else None
        actor = Actor.service(self._around.service, envelope.correlationid)
        errand = Errand(operation=self.name, traceparent=envelope.traceparent)
        structlog.contextvars.bind_contextvars(request_id=envelope.correlationid, event_id=str(envelope.id))
        async with unit_of_work(self._around, actor, errand) as work:
            if not await self._is_new(work, envelope):
                return "twin"
            due = replay or await self._is_due(work, envelope, patient=patient)
            outcome = await _effect(handler, event, work) if due else "stale"
            await work.commit()
        return outcome

    async def _is_new(self, work: UnitOfWork, envelope: Envelope) -> bool:
        row = {"consumer": self.name, "event_id": envelope.id, "handled_at": func.now()}
        result = await work.execute(insert(Incoming).values(row).on_conflict_do_nothing())
        return bool(result.rowcount)

    async def _is_due(self, work: UnitOfWork, envelope: Envelope, *, patient: bool) -> bool:
        """Whether the event is the next of its aggregate; moves the place in the order when it is."""
        query = select(Followed.sequence).where(
            Followed.consumer == self.name, Followed.aggregate_id == envelope.aggregate
        )
        at = (await work.session.scalars(query.with_for_update())).first() or 0
        if envelope.sequence <= at:
            return False
        if envelope.sequence > at + 1 and patient:
            raise Gap
        await self._advance(work, envelope.aggregate, envelope.sequence)
        return True

    async def _advance(self, work: UnitOfWork, aggregate: UUID, sequence: int) -> None:
        place = {"consumer": self.name, "aggregate_id": aggregate, "sequence": sequence}
        statement = insert(Followed).values(place)
        await work.execute(
            statement.on_conflict_do_update(
                index_elements=["consumer", "aggregate_id"],
                set_={"sequence": statement.excluded.sequence},
                where=Followed.sequence < statement.excluded.sequence,
            )
        )

    async def _failed(self, message: Msg, error: Exception) -> None:
        self._failures[message.metadata.sequence.stream] += 1
        failures = self._failures[message.metadata.sequence.stream]
        if failures > len(BACKOFF):
            await self._set_aside(message, error)
            return
        log.warning("event failed", consumer=self.name, subject=message.subject, failures=failures, exc_info=error)
        await self._later(message, "retried", _step(BACKOFF, failures))

    async def _later(self, message: Msg, outcome: str, seconds: float) -> None:
        EVENTS_HANDLED.labels(self.name, outcome).inc()
        await message.nak(delay=seconds)

    async def _set_aside(self, message: Msg, error: Exception) -> None:
        """Keep what cannot be handled as a dead letter, and let its aggregate's later events pass."""
        attempts = self._failures.pop(message.metadata.sequence.stream, 1)
        log.error("dead letter", consumer=self.name, subject=message.subject, exc_info=error)
        actor = Actor.service(self._around.service, str(new_id()))
        async with unit_of_work(self._around, actor, Errand(operation=self.name)) as work:
            work.add(_dead_letter(self.name, message, attempts, error, work))
            if (place := _place(message.data)) is not None:
                await self._advance(work, *place)
            await work.commit()
        EVENTS_HANDLED.labels(self.name, "dead").inc()
        await message.term()


async def _effect(handler: Handler | None, event: Event | None, work: UnitOfWork) -> str:
    """Let the event have its effect, if there is one; what is told of a client who was erased has none any more."""
    if handler is None or event is None:
        return "ignored"
    if event.client_id and not event.outlives_erasure and await work.aliases.is_erased(event.client_id):
        return "erased"
    await handler(event, work)
    return "applied"


def _step(steps: Sequence[float], count: int) -> float:
    return steps[min(count, len(steps)) - 1]


def _place(body: bytes) -> tuple[UUID, int] | None:
    try:
        envelope = Envelope.read(body)
    except ValidationError:
        return None
    return envelope.aggregate, envelope.sequence


def _dead_letter(consumer: str, message: Msg, attempts: int, error: Exception, work: UnitOfWork) -> DeadLetter:
    return DeadLetter(
        id=new_id(),
        consumer=consumer,
        subject=message.subject,
        body=message.data.decode(errors="replace").replace("\0", "\ufffd"),
        error=type(error).__qualname__,
        attempts=attempts,
        at=work.clock.now(),
    )
