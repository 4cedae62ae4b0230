"""The consumer by hand, without a stream: what becomes of one event."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.events.consumer import Gap
from shared.events.models import Incoming
from shared.ids import new_id
from tests.shared.events.world import Subject, World, count, heard, letter
from tests.support.service import Running


@pytest.fixture
async def listener(world: World) -> AsyncIterator[Running]:
    async with world.listener(at_work=False) as listener:
        yield listener


async def test_the_outcomes(listener: Running) -> None:
    consumer, subject = listener.runtime.consumers["assessment-on-case"], Subject()
    first, second, third = (letter(subject, number) for number in (1, 2, 3))
    with pytest.raises(Gap):
        await consumer.handle(second.written())
    assert await consumer.handle(first.written()) == "applied"
    assert await consumer.handle(first.written()) == "twin"
    with pytest.raises(Gap):
        await consumer.handle(third.written())
    assert await consumer.handle(third.written(), patient=False) == "applied"
    assert await consumer.handle(second.written()) == "stale"
    assert await consumer.handle(letter(subject, 4, type="sidus.case.case.renamed.v1").written()) == "ignored"
    assert await consumer.handle(letter(subject, 9, sequence=1).written()) == "stale"
    assert await heard(listener) == [1, 3]


async def test_an_event_that_is_refused_is_not_taken_for_handled(listener: Running, world: World) -> None:
    consumer, envelope = listener.runtime.consumers["assessment-on-case"], letter(Subject(), 1)
    world.ears.faults[1] = RuntimeError("no")
    with pytest.raises(RuntimeError):
        await consumer.handle(envelope.written())
    assert [await count(listener, table) for table in ("inbox", "followed", "heard")] == [0, 0, 0]


async def test_twins_at_the_same_moment_have_one_effect(listener: Running) -> None:
    consumer, envelope = listener.runtime.consumers["assessment-on-case"], letter(Subject(), 1)
    outcomes = await asyncio.gather(*(consumer.handle(envelope.written()) for _ in range(4)))
    assert sorted(outcomes) == ["applied", "twin", "twin", "twin"]
    assert await heard(listener) == [1]


async def test_each_consumer_has_an_inbox_of_its_own(listener: Running) -> None:
    envelope = letter(Subject(), 1)
    async with listener.work() as work:
        moment = work.clock.now()
        work.add(Incoming(consumer="assessment-on-network", event_id=envelope.id, handled_at=moment))
        await work.commit()
    assert await listener.runtime.consumers["assessment-on-case"].handle(envelope.written()) == "applied"


async def test_the_trace_and_the_request_go_on_in_what_is_told_in_turn(listener: Running) -> None:
    trace = f"00-{new_id().hex}-00000000000000aa-01"
    opened = letter(
        subject := Subject(),
        1,
        type="sidus.case.grant.opened.v1",
        correlationid="asked-first",
        traceparent=trace,
        data={
            "client_id": str(subject.id),
            "grant_id": str(subject.id),
            "grantee": "tamme",
            "categories": ["needs"],
            "ground": "consent",
            "valid_from": "2026-05-04T12:00:00Z",
        },
    )
    await listener.runtime.consumers["assessment-on-case"].handle(opened.written())
    said = f"envelope->>'correlationid' = 'asked-first' AND envelope->>'traceparent' = '{trace}'"
    assert await count(listener, "outbox", said) == 1
