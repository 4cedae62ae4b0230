"""The stream is transport, not truth: what it loses is published again, and what was heard is not heard twice."""

from sqlalchemy import text

from shared.events.topology import ensure_stream
from tests.shared.events.world import Subject, Wire, World, count, heard, tell, unpublished
from tests.support.service import Running
from tests.support.waiting import eventually


async def messages(wire: Wire) -> int:
    async with wire.jetstream() as js:
        return (await js.stream_info("CASE")).state.messages


async def test_a_store_deleted_while_nats_is_down_loses_nothing_that_was_not_heard(world: World) -> None:
    before, since = Subject(), Subject()
    async with world.teller() as teller:
        async with world.listener() as listener:
            await tell(teller, before, 1, 2)
            await eventually(lambda: heard(listener), [1, 2])
        await tell(teller, before, 3)
        await eventually(lambda: unpublished(teller), 0)
        world.wire.stop()
        world.wire.forget()
        await tell(teller, before, 4)
        await tell(teller, since, 5)
        world.wire.start()
        async with world.listener() as listener:
            await eventually(lambda: heard(listener, before), [1, 2, 3, 4])
            await eventually(lambda: heard(listener, since), [5])
            await eventually(lambda: messages(world.wire), 5)
            assert await heard(listener, before, since) == await heard(listener)
            assert await count(listener, "dead_letter") == 0


async def test_a_listener_at_work_goes_on_after_the_store_was_deleted(world: World) -> None:
    async with world.teller() as teller, world.listener() as listener:
        await tell(teller, subject := Subject(), 1)
        await eventually(lambda: heard(listener), [1])
        world.wire.stop()
        world.wire.forget()
        world.wire.start()
        await eventually(lambda: messages_or_none(world.wire), 1)
        await tell(teller, subject, 2)
        await eventually(lambda: heard(listener), [1, 2])


async def messages_or_none(wire: Wire) -> int | None:
    try:
        return await messages(wire)
    except Exception:
        return None


async def test_a_stream_made_anew_is_not_taken_for_the_old_one_though_its_places_are_filled(world: World) -> None:
    async with world.teller() as teller:
        await tell(teller, subject := Subject(), 1, 2)
        await eventually(lambda: unpublished(teller), 0)
    async with world.wire.jetstream() as js:
        await js.delete_stream("CASE")
        await ensure_stream(js, "case", 1)
        for _ in range(3):
            await js.publish("evt.case.nothing.much.x", b"")
    async with world.teller(), world.listener() as listener:
        await eventually(lambda: heard(listener, subject), [1, 2])


async def test_a_stream_emptied_by_hand_is_filled_again(world: World) -> None:
    async with world.teller() as teller:
        await tell(teller, subject := Subject(), 1, 2, 3)
        await eventually(lambda: unpublished(teller), 0)
        async with world.wire.jetstream() as js:
            await js.purge_stream("CASE")
        await eventually(lambda: messages(world.wire), 3)
        async with world.listener() as listener:
            await eventually(lambda: heard(listener, subject), [1, 2, 3])


async def test_messages_lost_at_the_front_in_the_midst_and_at_the_end_are_published_again(world: World) -> None:
    async with world.teller() as teller:
        subjects = [Subject() for _ in range(6)]
        for number, subject in enumerate(subjects):
            await tell(teller, subject, number)
        await eventually(lambda: unpublished(teller), 0)
        async with world.wire.jetstream() as js:
            for place in (1, 3, 6):
                await js.delete_msg("CASE", place)
        await eventually(lambda: messages(world.wire), 6)
        async with world.listener() as listener:
            await eventually(lambda: sorted_numbers(listener), list(range(6)))


async def sorted_numbers(listener: Running) -> list[int]:
    return sorted(await heard(listener))


async def test_a_stream_that_loses_twice_is_filled_twice(world: World) -> None:
    async with world.teller() as teller:
        await tell(teller, Subject(), 1, 2)
        for _ in range(2):
            await eventually(lambda: messages_or_none(world.wire), 2)
            await eventually(lambda: unpublished(teller), 0)
            async with world.wire.jetstream() as js:
                await js.purge_stream("CASE")
        await eventually(lambda: messages(world.wire), 2)


async def test_what_the_stream_forgot_for_its_age_is_not_published_again(world: World) -> None:
    async with world.teller() as teller:
        old, new = Subject(), Subject()
        for subject in (old, new):
            await tell(teller, subject, 1)
        await eventually(lambda: unpublished(teller), 0)
        async with teller.work() as work:
            age = "UPDATE outbox SET published_at = published_at - interval '30 days 1 minute' WHERE aggregate_id = :id"
            await work.execute(text(age).bindparams(id=old.id))
            await work.commit()
        async with world.wire.jetstream() as js:
            await js.purge_stream("CASE")
        await eventually(lambda: count(teller, "outbox", f"aggregate_id = '{new.id}' AND stream_seq > 2"), 1)
        assert await messages(world.wire) == 1
        assert await count(teller, "outbox", f"aggregate_id = '{old.id}' AND stream_seq = 1") == 1
