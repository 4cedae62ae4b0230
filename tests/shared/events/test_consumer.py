"""From stream to effect: each event once, in the order of its aggregate, whatever happens on the way."""

import asyncio
from typing import Any

import pytest
from nats.js import JetStreamContext

from shared.events import consumer
from shared.events.consumer import AT_ONCE
from shared.http.problems import Unavailable
from tests.shared.events.world import Subject, World, count, heard, letter, publish, tell, waiting
from tests.support.waiting import eventually


async def test_an_event_delivered_twice_has_one_effect(world: World, js: JetStreamContext) -> None:
    subject = Subject()
    first = letter(subject, 1)
    async with world.listener() as listener:
        await publish(js, first, first, letter(subject, 2), first)
        await eventually(lambda: heard(listener), [1, 2])
        await eventually(lambda: waiting(js), 0)
        assert await heard(listener) == [1, 2]


async def test_an_event_that_comes_too_early_waits_for_the_one_before(
    world: World, js: JetStreamContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "PATIENCE_WITH_GAPS", 1000)
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
        await eventually(lambda: tried_often(world, 1, 12), True)
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
        await eventually(lambda: heard(listener), [2])
        assert await count(listener, "dead_letter") == 0
        world.ears.passing_faults[1] = [ValueError("and then once something else")]
        del world.ears.faults[1]
        await eventually(lambda: heard(listener), [2, 1])
        assert await count(listener, "dead_letter") == 0


async def test_a_fault_that_passes_leaves_one_effect(world: World, js: JetStreamContext) -> None:
    world.ears.passing_faults[1] = [RuntimeError("not now")] * 3
    async with world.listener() as listener:
        await publish(js, letter(subject := Subject(), 1), letter(subject, 2))
        await eventually(lambda: heard(listener), [1, 2])
        assert world.ears.tried.count(1) == 4
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
