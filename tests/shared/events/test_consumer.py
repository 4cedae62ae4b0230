"""From stream to effect: each event once, in the order of its aggregate, whatever happens on the way."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from nats.js import JetStreamContext

from shared.events.consumer import AT_ONCE, Gap
from shared.events.models import Incoming
from shared.http.problems import Unavailable
from shared.ids import new_id
from tests.shared.events.world import Subject, World, count, eventually, heard, letter, publish, tell, waiting
from tests.support.service import Running


async def test_an_event_delivered_twice_has_one_effect(world: World, js: JetStreamContext) -> None:
    subject = Subject()
    first = letter(subject, 1)
    async with world.listener() as listener:
        await publish(js, first, first, letter(subject, 2), first)
        await eventually(lambda: heard(listener), [1, 2])
        await eventually(lambda: waiting(js), 0)
        assert await heard(listener) == [1, 2]


async def test_an_event_that_comes_too_early_waits_for_the_one_before(world: World, js: JetStreamContext) -> None:
    subject, other = Subject(), Subject()
    first, second, third = (letter(subject, number) for number in (1, 2, 3))
    async with world.listener() as listener:
        await publish(js, third, second, letter(other, 10))
        await eventually(lambda: heard(listener), [10])
        await publish(js, first)
        await eventually(lambda: heard(listener, subject), [1, 2, 3])


async def test_an_event_whose_predecessor_is_lost_for_good_passes_in_the_end(
    world: World, js: JetStreamContext
) -> None:
    subject = Subject()
    lost, second, third = (letter(subject, number) for number in (1, 2, 3))
    async with world.listener() as listener:
        await publish(js, second, third)
        await eventually(lambda: heard(listener), [2, 3])
        await publish(js, lost)
        await eventually(lambda: waiting(js), 0)
        assert await heard(listener) == [2, 3]


async def test_an_event_never_passes_one_that_still_waits(world: World, js: JetStreamContext) -> None:
    """What waits longer than the patience with gaps must not be taken for lost: it would be dropped when it comes."""
    subject, before = Subject(), Subject()
    async with world.listener() as listener:
        await publish(js, letter(before, 0))
        await eventually(lambda: heard(listener), [0])
        world.ears.faults[1] = Unavailable("the peer is down")
        await publish(js, letter(subject, 1), letter(subject, 2), letter(subject, 3))
        await eventually(lambda: tried_often(world, 1, 25), True)
        assert await heard(listener, subject) == []
        del world.ears.faults[1]
        await eventually(lambda: heard(listener, subject), [1, 2, 3])


async def tried_often(world: World, number: int, times: int) -> bool:
    return world.ears.tried.count(number) >= times


@pytest.mark.parametrize("fault", [Unavailable(), ConnectionRefusedError(), TimeoutError()], ids=repr)
async def test_what_is_down_for_a_while_never_makes_a_dead_letter(
    world: World, js: JetStreamContext, fault: Exception
) -> None:
    world.ears.faults[1] = fault
    async with world.listener() as listener:
        await publish(js, letter(Subject(), 1), letter(Subject(), 2))
        await eventually(lambda: tried_often(world, 1, 10), True)
        assert await heard(listener) == [2]
        assert await count(listener, "dead_letter") == 0
        world.ears.faults[1] = ValueError("and then once something else")
        failed = len(world.ears.tried)
        await eventually(lambda: tried_often(world, 1, failed), True)
        del world.ears.faults[1]
        await eventually(lambda: heard(listener), [2, 1])
        assert await count(listener, "dead_letter") == 0


async def test_a_fault_that_passes_leaves_one_effect(world: World, js: JetStreamContext) -> None:
    world.ears.faults[1] = RuntimeError("not now")
    async with world.listener() as listener:
        await publish(js, letter(subject := Subject(), 1), letter(subject, 2))
        await eventually(lambda: tried_often(world, 1, 3), True)
        del world.ears.faults[1]
        await eventually(lambda: heard(listener), [1, 2])
        assert await count(listener, "dead_letter") == 0


@pytest.mark.parametrize("kind", ["sidus.case.case.renamed.v1", "sidus.case.case.opened.v2"])
async def test_an_event_of_an_unknown_type_or_version_is_passed_over_and_the_next_is_heard(
    world: World, js: JetStreamContext, kind: str
) -> None:
    subject = Subject()
    async with world.listener() as listener:
        await publish(js, letter(subject, 1, type=kind, data={"anything": [1]}), letter(subject, 2))
        await eventually(lambda: heard(listener), [2])
        assert await count(listener, "dead_letter") == 0


async def test_an_event_that_nobody_handles_here_keeps_the_place_of_its_aggregate(
    world: World, js: JetStreamContext
) -> None:
    subject = Subject()
    ignored = letter(subject, 1, type="sidus.case.case.decided.v1")
    ignored = ignored.model_copy(update={"data": ignored.data | {"decision": "refer"}})
    async with world.listener() as listener:
        await publish(js, ignored, letter(subject, 2))
        await eventually(lambda: heard(listener), [2])


async def test_a_field_added_to_an_event_later_is_ignored(world: World, js: JetStreamContext) -> None:
    envelope = letter(Subject(), 1)
    envelope = envelope.model_copy(update={"data": envelope.data | {"later": "added"}})
    async with world.listener() as listener:
        await publish(js, envelope)
        await eventually(lambda: heard(listener), [1])


async def test_only_some_aggregates_are_handled_at_once(world: World, js: JetStreamContext) -> None:
    """Each takes a connection of the pool from which requests are served too."""
    busy = most = 0
    release = asyncio.Event()
    hear = world.ears.hear

    async def slow(event: Any, work: Any) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await release.wait()
        await hear(event, work)
        busy -= 1

    world.ears.hear = slow  # type: ignore[method-assign]
    await publish(js, *(letter(Subject(), number) for number in range(3 * AT_ONCE)))
    async with world.listener() as listener:
        await eventually(lambda: value(lambda: busy), AT_ONCE)
        release.set()
        await eventually(lambda: count(listener, "heard"), 3 * AT_ONCE)
    assert most == AT_ONCE


async def value(look: Any) -> Any:
    return look()


async def test_a_listener_killed_in_the_midst_of_handling_hears_it_once(world: World, js: JetStreamContext) -> None:
    await publish(js, letter(Subject(), 1))
    begun, hear = asyncio.Event(), world.ears.hear

    async def dies(event: Any, work: Any) -> None:
        await hear(event, work)
        begun.set()
        await asyncio.Event().wait()

    world.ears.hear = dies  # type: ignore[method-assign]
    async with world.listener():
        await begun.wait()
    world.ears.hear = hear  # type: ignore[method-assign]
    async with world.listener() as listener:
        await eventually(lambda: heard(listener), [1])


async def test_two_replicas_of_a_listener_share_the_work(world: World) -> None:
    subjects = [Subject() for _ in range(5)]
    async with world.teller() as teller, world.listener() as one, world.listener():
        for number in range(40):
            await tell(teller, subjects[number % 5], number)
        await eventually(lambda: count(one, "heard"), 40)
        for start, subject in enumerate(subjects):
            assert await heard(one, subject) == list(range(start, 40, 5))
        assert await count(one, "dead_letter") == 0


class TestOneEventAtATime:
    """The consumer by hand, without a stream."""

    @pytest.fixture
    async def listener(self, world: World) -> AsyncIterator[Running]:
        async with world.listener(at_work=False) as listener:
            yield listener

    async def test_the_outcomes(self, listener: Running) -> None:
        consumer, subject = listener.runtime.consumers["case"], Subject()
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

    async def test_an_event_that_is_refused_is_not_taken_for_handled(self, listener: Running, world: World) -> None:
        consumer, envelope = listener.runtime.consumers["case"], letter(Subject(), 1)
        world.ears.faults[1] = RuntimeError("no")
        with pytest.raises(RuntimeError):
            await consumer.handle(envelope.written())
        assert [await count(listener, table) for table in ("inbox", "followed", "heard")] == [0, 0, 0]

    async def test_twins_at_the_same_moment_have_one_effect(self, listener: Running) -> None:
        consumer, envelope = listener.runtime.consumers["case"], letter(Subject(), 1)
        outcomes = await asyncio.gather(*(consumer.handle(envelope.written()) for _ in range(4)))
        assert sorted(outcomes) == ["applied", "twin", "twin", "twin"]
        assert await heard(listener) == [1]

    async def test_each_consumer_has_an_inbox_of_its_own(self, listener: Running) -> None:
        envelope = letter(Subject(), 1)
        async with listener.work() as work:
            moment = work.clock.now()
            work.add(Incoming(consumer="assessment-on-network", event_id=envelope.id, handled_at=moment))
            await work.commit()
        assert await listener.runtime.consumers["case"].handle(envelope.written()) == "applied"

    async def test_the_trace_and_the_request_go_on_in_what_is_told_in_turn(self, listener: Running) -> None:
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
        await listener.runtime.consumers["case"].handle(opened.written())
        said = f"envelope->>'correlationid' = 'asked-first' AND envelope->>'traceparent' = '{trace}'"
        assert await count(listener, "outbox", said) == 1
