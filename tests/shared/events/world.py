"""A service that tells and one that listens, each with its own database, and a NATS of their own between them."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import nats
from nats.js import JetStreamContext
from sqlalchemy import insert, select, text

from deploy.embedded.nats import EmbeddedNats
from shared.access.merging import Merging
from shared.access.projection import FOLLOWING
from shared.db.base import Plumbing
from shared.db.work import UnitOfWork
from shared.events.catalog.case import CaseOpened
from shared.events.consumer import Handler, Subscription
from shared.events.envelope import Envelope, Event
from shared.events.models import Outgoing
from shared.http.app import Service, create_app
from shared.ids import new_id
from shared.labels import Labels
from tests.shared.diary import Base, Heard
from tests.support.service import Running, serve, settings

teller = Service(
    name="case", title="one that tells", tables=Plumbing, routers=(), labels=Labels.read(), decides_grants=True
)
listener = Service(name="assessment", title="one that listens", tables=Plumbing, routers=(), labels=Labels.read())
APPS = {service.name: create_app(service) for service in (teller, listener)}


@dataclass
class Subject:
    """What events are told of; counts them as a row would."""

    id: UUID = field(default_factory=new_id)
    sequence: int = 0


def happening(subject: Subject, number: int) -> CaseOpened:
    """The event of this number, told of the subject."""
    return CaseOpened(client_id=subject.id, case_id=UUID(int=number))


@dataclass
class Ears:
    """What the listener does with an event: writes it down, unless it has been told to fail at it, or a few times."""

    faults: dict[int, Exception] = field(default_factory=dict)
    passing_faults: dict[int, list[Exception]] = field(default_factory=dict)
    tried: list[int] = field(default_factory=list)

    async def hear(self, event: CaseOpened, work: UnitOfWork) -> None:
        number = event.case_id.int
        await work.execute(insert(Heard).values(subject=event.client_id, number=number))
        self.tried.append(number)
        if number in self.faults:
            raise self.faults[number]
        if passing := self.passing_faults.get(number):
            raise passing.pop()

    @property
    def subscription(self) -> Subscription:
        handlers: dict[type[Event], Handler] = {
            CaseOpened: self.hear,
            **FOLLOWING,
            **Merging(Base).handlers,
        }
        return Subscription("case", handlers)


class Wire:
    """NATS, which starts when somebody needs it, and may be stopped, started and made to forget."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedNats(folder, durable=False)
        self.url = self._server.url
        self._begun = self._works = False

    def begin(self) -> None:
        """Start the server if it never was."""
        if not self._begun:
            self.start()

    def start(self) -> None:
        """Start the server, on the same port as before."""
        self._server.__enter__()
        self._begun = self._works = True

    def stop(self) -> None:
        """End the server if it works; what it stored stays."""
        self._begun = True
        if self._works:
            self._server.__exit__(None, None, None)
            self._works = False

    def forget(self) -> None:
        """Delete everything JetStream stored; while it is stopped."""
        shutil.rmtree(self._server.store)

    @asynccontextmanager
    async def jetstream(self) -> AsyncIterator[JetStreamContext]:
        """A connection of the test's own."""
        self.begin()
        client = await nats.connect(self.url)
        try:
            yield client.jetstream()
        finally:
            await client.close()


@dataclass
class World:
    """The two databases, the wire, and the listener's ears."""

    teller_database: str
    listener_database: str
    wire: Wire
    ears: Ears = field(default_factory=Ears)

    @asynccontextmanager
    async def teller(self, *, at_work: bool = True) -> AsyncIterator[Running]:
        """The service that tells."""
        async with self._served(teller, self.teller_database, at_work=at_work) as running:
            yield running

    @asynccontextmanager
    async def listener(self, *, at_work: bool = True) -> AsyncIterator[Running]:
        """The service that listens."""
        listening = replace(listener, subscriptions=(self.ears.subscription,))
        async with self._served(listening, self.listener_database, at_work=at_work) as running:
            yield running

    @asynccontextmanager
    async def _served(self, service: Service, database: str, *, at_work: bool) -> AsyncIterator[Running]:
        if at_work:
            self.wire.begin()
        given = settings(database, self.wire.url)
        async with serve(service, APPS[service.name], given, at_work=at_work) as running:
            yield running


async def tell(teller: Running, subject: Subject, *numbers: int) -> None:
    """Announce events of a subject, each in a unit of work of its own."""
    for number in numbers:
        async with teller.work() as work:
            work.announce(happening(subject, number), of=subject)
            await work.commit()


async def heard(listener: Running, *subjects: Subject) -> list[int]:
    """The numbers of the events that had an effect, in the order in which they had it."""
    query = select(Heard.number).order_by(Heard.seq)
    if subjects:
        query = query.where(Heard.subject.in_([subject.id for subject in subjects]))
    async with listener.work() as work:
        return [row.number for row in await work.check(query)]


async def unpublished(teller: Running) -> int:
    """How many events wait in the outbox."""
    async with teller.work() as work:
        return len(await work.check(select(Outgoing.seq).where(Outgoing.published_at.is_(None))))


async def count(service: Running, table: str, where: str = "true") -> int:
    """How many rows a table has."""
    async with service.work() as work:
        return int((await work.execute(text(f"SELECT count(*) FROM {table} WHERE {where}"))).scalar_one())  # noqa: S608


def letter(subject: Subject, number: int, *, sequence: int | None = None, **changes: Any) -> Envelope:
    """An event on its way, made by hand."""
    if sequence is None:
        subject.sequence += 1
    event = happening(subject, number)
    facts = {
        "id": new_id(),
        "source": "/sidus/case",
        "type": event.type(),
        "subject": event.subject(subject.id),
        "time": "2026-05-04T12:00:00Z",
        "aggregate": subject.id,
        "sequence": sequence or subject.sequence,
        "agency": "tamme",
        "correlationid": "r",
        "data": event.model_dump(mode="json"),
    }
    return Envelope.model_validate(facts | changes)


async def publish(js: JetStreamContext, *letters: Envelope) -> None:
    """Send events by the test's own hand."""
    for envelope in letters:
        await js.publish(envelope.subject, envelope.written())


async def waiting(js: JetStreamContext) -> int:
    """How many messages the listener has not settled."""
    info = await js.consumer_info("CASE", "assessment-on-case")
    return (info.num_pending or 0) + (info.num_ack_pending or 0)
