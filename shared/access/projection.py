"""How a service follows the grants and restrictions that the case service decides, and knows that it is up to date."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from sqlalchemy import delete, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.access.models import AccessGrant, AccessRestriction
from shared.db.work import UnitOfWork
from shared.events.bus import Bus
from shared.events.catalog.case import GrantClosed, GrantOpened, MergeUndone, RestrictionDecided
from shared.events.catalog.each_service import GRANT_APPLIED, RESTRICTION_APPLIED
from shared.events.consumer import Handler
from shared.events.envelope import Event
from shared.events.following import BEGUN, ENDED, has_ended
from shared.events.models import DeadLetter
from shared.events.names import WATERMARK, durable_of, stream_of
from shared.events.outbox import Fact
from shared.ids import new_id

log = structlog.get_logger("projection")

GOOD_FOR_SECONDS = 5.0
LOOK_SECONDS = 0.2
"""How long after one look the next may follow: the owner speaks at every commit."""

MARKS_KEPT = 256
CLOSE_DOORS = (GrantClosed, RestrictionDecided, MergeUndone)
"""Events after which somebody sees less than before."""


async def on_grant_opened(event: GrantOpened, work: UnitOfWork) -> None:
    """An agency may see categories of a client's data; a grant that was closed stays closed if this is replayed."""
    if not await has_ended(work, event.grant_id):
        await open_grant(event, work)
    _acknowledge(event, work, "opened")


async def on_grant_closed(event: GrantClosed, work: UnitOfWork) -> None:
    """A grant ended: close the door and say so."""
    await close_grant(event, work)
    _acknowledge(event, work, "closed")


async def on_restriction_decided(event: RestrictionDecided, work: UnitOfWork) -> None:
    """A client's record is closed to all but those named, or open again: follow and say so."""
    await restrict(event, work)
    said = event.model_dump(include={"client_id", "restriction_id", "decided_at"})
    applied = RESTRICTION_APPLIED[work.service].model_validate(said | {"applied_at": work.clock.now()})
    work.announce(applied, of=Fact(new_id()))


FOLLOWING: dict[type[Event], Handler] = {
    GrantOpened: on_grant_opened,
    GrantClosed: on_grant_closed,
    RestrictionDecided: on_restriction_decided,
}
"""What a service does about each event by which somebody sees more or less than before."""


async def restrict(event: RestrictionDecided, work: UnitOfWork) -> None:
    """Write the row by which the visibility hook keeps others out; an older decision changes nothing."""
    held = select(AccessRestriction).where(AccessRestriction.id == event.restriction_id).with_for_update()
    present = await work.first(held)
    if present is None:
        said = event.model_dump(exclude={"restriction_id"})
        work.add(AccessRestriction(id=event.restriction_id, **said))
    elif present.decided_at <= event.decided_at:
        present.named, present.valid_until, present.decided_at = event.named, event.valid_until, event.decided_at
    await work.flush()


async def open_grant(event: GrantOpened, work: UnitOfWork) -> None:
    """Write the rows by which the visibility hook lets the grantee in."""
    common = event.model_dump(exclude={"categories"})
    for category in event.categories:
        work.add(AccessGrant(id=new_id(), category=category, **common))
    await work.flush()


async def close_grant(event: GrantClosed, work: UnitOfWork) -> None:
    """Take the rows of a grant away."""
    await work.execute(delete(AccessGrant).where(AccessGrant.grant_id == event.grant_id))


def _acknowledge(event: GrantOpened | GrantClosed, work: UnitOfWork, change: str) -> None:
    applied = GRANT_APPLIED[work.service].model_validate(
        {"client_id": event.client_id, "grant_id": event.grant_id, "change": change, "applied_at": work.clock.now()}
    )
    work.announce(applied, of=Fact(event.grant_id, BEGUN if change == "opened" else ENDED))


@dataclass(frozen=True, slots=True)
class Mark:
    """That the owner had published everything it committed, up to a place of its stream; and when that was heard."""

    place: int
    heard_at: float


class Currency:
    """Whether the projection of grants is known to be up to date.

    The owner of grants says again and again that everything it committed is published, up to which place of its
    stream. When the service has taken everything up to there, its projection is as the owner's was then, however much
    has come since. Silence means that it cannot know, and so does an event that closes doors and waits among the dead
    letters because it could not be applied.
    """

    def __init__(self, service: str, bus: Bus, engine: AsyncEngine) -> None:
        self._durable = durable_of(service, "case")
        self._bus = bus
        self._engine = engine
        self._marks: deque[Mark] = deque(maxlen=MARKS_KEPT)
        self._heard = asyncio.Event()
        self._known_at = float("-inf")

    def is_current(self) -> bool:
        """Whether a read may rest on another agency's grant."""
        return time.monotonic() - self._known_at < GOOD_FOR_SECONDS

    async def run(self) -> None:
        """Follow the owner's watermarks until cancelled."""
        js = await self._bus.wait()
        await self._bus.client.subscribe(WATERMARK, cb=self._hear)
        while True:
            await self._heard.wait()
            self._heard.clear()
            try:
                await self.look(js)
            except (NatsError, SQLAlchemyError, OSError) as error:
                log.info("currency unknown", reason=type(error).__qualname__)
            await asyncio.sleep(LOOK_SECONDS)

    def hear(self, place: int) -> None:
        """Take a mark in, as heard now."""
        self._marks.append(Mark(place, time.monotonic()))
        self._heard.set()

    async def look(self, js: JetStreamContext) -> None:
        """Find the newest of the marks heard so far that the service has reached."""
        marks = list(self._marks)
        settled = await self._settled(js)
        reached = [mark for mark in marks if mark.place <= settled]
        if reached and not await self._leaves_a_door_open():
            self._known_at = max(self._known_at, reached[-1].heard_at)

    async def _hear(self, message: Msg) -> None:
        self.hear(int(message.data))

    async def _settled(self, js: JetStreamContext) -> float:
        """Up to which place of the stream nothing is left to be taken."""
        info = await js.consumer_info(stream_of("case"), self._durable)
        if not info.num_pending and not info.num_ack_pending:
            return float("inf")
        return info.ack_floor.stream_seq if info.ack_floor else 0

    async def _leaves_a_door_open(self) -> bool:
        """Whether an event that closes doors could not be applied."""
        unapplied = select(DeadLetter.id).where(
            DeadLetter.consumer == self._durable,
            or_(*(DeadLetter.subject.startswith(f"evt.{event.kind}.") for event in CLOSE_DOORS)),
            DeadLetter.replayed_at.is_(None),
        )
        async with self._engine.connect() as connection:
            return (await connection.execute(unapplied.limit(1))).first() is not None
