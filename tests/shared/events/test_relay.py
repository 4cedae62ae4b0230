"""From commit to stream: what committed is published, in order, and nothing else."""

import asyncio
from collections import defaultdict
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.access.categories import Category
from shared.db.alone import alone
from shared.events.catalog.case import CaseOpened
from shared.events.envelope import Envelope
from shared.events.relay import LOCK
from shared.ids import new_id
from tests.shared.diary import SECRET, Entry, Promise
from tests.shared.events.world import Subject, Wire, World, count, heard, tell, unpublished
from tests.support.service import Running
from tests.support.waiting import PATIENCE_SECONDS, eventually


async def published(wire: Wire) -> list[Envelope]:
    """Everything the stream holds."""
    async with wire.jetstream() as js:
        state = (await js.stream_info("CASE")).state
        places = range(state.first_seq, state.last_seq + 1)
        return [Envelope.read((await js.get_msg("CASE", place)).data or b"") for place in places]


async def written(teller: Running, *, promise: bool = False) -> Entry:
    """An entry, told of; with a promise that breaks at the commit, if wanted."""
    entry = Entry(id=new_id(), owner_agency="tamme", client_id=new_id(), category=Category.PLAN, text=SECRET)
    async with teller.work() as work:
        work.add(entry)
        work.announce(CaseOpened(client_id=entry.client_id, case_id=entry.id), of=entry)
        if promise:
            work.add(Promise(entry_id=new_id()))
        await work.commit()
    return entry


async def test_an_event_is_stored_with_the_change_it_tells_of(world: World) -> None:
    async with world.teller(at_work=False) as teller:
        entry = await written(teller)
        async with teller.work() as work:
            ((stored,),) = (await work.execute(text("SELECT envelope FROM outbox"))).all()
    assert stored["aggregate"] == str(entry.id)
    assert stored["sequence"] == 1
    assert stored["data"] == {"client_id": str(entry.client_id), "case_id": str(entry.id)}
    assert SECRET not in str(stored)


async def test_no_event_is_stored_without_its_change(world: World) -> None:
    async with world.teller(at_work=False) as teller:
        async with teller.work() as work:
            work.announce(CaseOpened(client_id=new_id(), case_id=new_id()), of=Subject())
        with pytest.raises(IntegrityError):
            await written(teller, promise=True)
        assert [await count(teller, table) for table in ("outbox", "entry")] == [0, 0]


async def test_events_of_one_aggregate_are_published_in_their_order(world: World) -> None:
    subjects = [Subject() for _ in range(5)]
    async with world.teller(at_work=False) as teller:
        for number in range(30):
            await tell(teller, subjects[number * number % 5], number)
    async with world.teller() as teller:
        await eventually(lambda: unpublished(teller), 0)
    sequences = defaultdict(list)
    for envelope in await published(world.wire):
        sequences[envelope.aggregate].append(envelope.sequence)
    assert {aggregate: sorted(found) for aggregate, found in sequences.items()} == sequences
    assert sum(map(len, sequences.values())) == 30
    assert {len(found) for found in sequences.values()} == {
        subject.sequence for subject in subjects if subject.sequence
    }


async def test_a_published_event_is_what_was_committed_and_names_its_id(world: World) -> None:
    async with world.teller() as teller:
        await tell(teller, subject := Subject(), 7)
        await eventually(lambda: unpublished(teller), 0)
        async with teller.work() as work:
            ((id_, envelope),) = (await work.execute(text("SELECT id, envelope FROM outbox"))).all()
    async with world.wire.jetstream() as js:
        message = await js.get_msg("CASE", 1)
    assert Envelope.read(message.data or b"") == Envelope.model_validate(envelope)
    assert message.subject == f"evt.case.case.opened.{subject.id}"
    assert (message.headers or {})["Nats-Msg-Id"] == str(id_)


async def test_writes_go_on_without_nats_and_events_flow_when_it_is_back(world: World) -> None:
    async with world.teller() as teller, world.listener() as listener:
        await tell(teller, subject := Subject(), 1)
        await eventually(lambda: heard(listener), [1])
        world.wire.stop()
        await asyncio.wait_for(tell(teller, subject, 2, 3), PATIENCE_SECONDS)
        assert await heard(listener) == [1]
        world.wire.start()
        await eventually(lambda: heard(listener), [1, 2, 3])


async def test_services_that_start_before_nats_find_it_when_it_comes(world: World) -> None:
    world.wire.stop()
    async with world.teller() as teller, world.listener() as listener:
        await tell(teller, Subject(), 1)
        world.wire.start()
        await eventually(lambda: heard(listener), [1])


async def test_nats_restarted_in_the_midst_loses_and_doubles_nothing(world: World) -> None:
    subjects = [Subject() for _ in range(4)]
    async with world.teller() as teller, world.listener() as listener:
        for number in range(60):
            await tell(teller, subjects[number % 4], number)
            if number in (20, 40):
                world.wire.stop()
            if number in (25, 41):
                world.wire.start()
        await eventually(lambda: numbers(listener), list(range(60)))
        for start, subject in enumerate(subjects):
            assert await heard(listener, subject) == list(range(start, 60, 4))


async def numbers(listener: Running) -> list[int]:
    return sorted(await heard(listener))


async def test_an_interrupted_relay_goes_on_though_there_are_other_connections_in_the_pool(world: World) -> None:
    """The lock belongs to a connection: put back into the pool with it, no other connection would ever get it."""
    stray = (
        "INSERT INTO outbox (id, subject, aggregate_id, envelope, created_at)"
        " VALUES (gen_random_uuid(), 'no.stream.takes.this', gen_random_uuid(), '{}', now())"
    )
    async with world.teller() as teller, world.listener() as listener:
        async with teller.work() as work:
            await work.execute(text(stray))
            await work.commit()
        subject = Subject()
        for number in range(5):
            await asyncio.gather(*(count(teller, "outbox") for _ in range(5)))
            await tell(teller, subject, number)
            await eventually(lambda: count(listener, "heard"), number + 1)
        await eventually(lambda: unpublished(teller), 1)


class DiesAfterPublishing:
    """JetStream, to a relay whose database connection is cut as soon as a message has been taken."""

    def __init__(self, js: Any, teller: Running) -> None:
        self._js = js
        self._teller = teller

    def __getattr__(self, name: str) -> Any:
        return getattr(self._js, name)

    async def publish(self, *args: Any, **more: Any) -> Any:
        answer = await self._js.publish(*args, **more)
        async with self._teller.work() as work:
            await work.execute(
                text(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks"
                    " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                )
            )
        return answer


async def test_a_relay_cut_off_between_publishing_and_marking_publishes_without_a_second_effect(world: World) -> None:
    async with world.teller(at_work=False) as dying, world.listener() as listener:
        await tell(dying, Subject(), 1)
        dying.runtime.bus.start()
        relay = dying.runtime.relay
        fatal = DiesAfterPublishing(await dying.runtime.bus.wait(), dying)
        with pytest.raises(Exception, match="connection"):
            async with alone(dying.runtime.engine, LOCK) as connection:
                await relay._hold(connection, fatal)  # type: ignore[arg-type]
        await eventually(lambda: heard(listener), [1])
        assert await unpublished(dying) == 1
        async with world.teller() as teller:
            await eventually(lambda: unpublished(teller), 0)
            await tell(teller, Subject(), 2)
            await eventually(lambda: heard(listener), [1, 2])


async def test_of_two_relays_on_one_database_one_works_and_the_other_takes_over(world: World) -> None:
    held = (
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
        " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        " AND (classid::bigint << 32 | objid::bigint) = hashtextextended(:lock, 0)"
    )

    async def holders(teller: Running) -> int:
        async with teller.work() as work:
            return int((await work.execute(text(held).bindparams(lock=LOCK))).scalar_one())

    subject = Subject()
    async with world.teller() as second, world.listener() as listener:
        async with world.teller() as first:
            await eventually(lambda: holders(first), 1)
            for number in range(20):
                await tell((first, second)[number % 2], subject, number)
            await eventually(lambda: heard(listener), list(range(20)))
            assert await holders(first) == 1
            await eventually(lambda: count(first, "outbox", "stream_seq IS NOT NULL"), 20)
            assert len(await published(world.wire)) == 20
        await tell(second, subject, 20)
        await eventually(lambda: heard(listener), list(range(21)))
        assert await holders(second) == 1
