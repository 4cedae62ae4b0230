"""Streams and consumers are brought into the declared form, whatever form they have."""

import pytest
from nats.js.api import AckPolicy, ConsumerConfig, StreamConfig
from nats.js.errors import NotFoundError

from shared.events import topology
from shared.events.catalog.case import CaseOpened, GrantClosed, GrantOpened, TaskAdded
from shared.events.consumer import Handler, Subscription
from shared.events.envelope import Event
from shared.events.topology import ensure_consumer, ensure_stream
from tests.shared.events.world import Ears, Subject, Wire, World, heard, tell
from tests.support.waiting import eventually


async def test_a_stream_is_made_in_the_declared_form(wire: Wire) -> None:
    async with wire.jetstream() as js:
        await ensure_stream(js, "case", 1)
        config = (await js.stream_info("CASE")).config
    assert config.subjects == ["evt.case.>"]
    assert config.storage == "file"
    assert config.retention == "limits"
    assert config.max_age == 30 * 24 * 3600
    assert config.duplicate_window == 600
    assert config.max_msg_size == 65536


async def test_a_stream_of_another_form_is_changed_and_keeps_its_messages(wire: Wire) -> None:
    async with wire.jetstream() as js:
        await js.add_stream(StreamConfig(name="CASE", subjects=["evt.case.client.>"], max_age=60))
        await js.publish("evt.case.client.registered.x", b"kept")
        await ensure_stream(js, "case", 1)
        info = await js.stream_info("CASE")
    assert info.config.subjects == ["evt.case.>"]
    assert info.config.max_age == 30 * 24 * 3600
    assert info.state.messages == 1


async def test_a_consumer_of_another_form_is_changed_and_keeps_its_place(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wire.jetstream() as js:
        await ensure_stream(js, "case", 1)
        old = ConsumerConfig(
            durable_name="assessment-on-case",
            filter_subjects=["evt.case.grant.>"],
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=5,
            max_deliver=3,
            max_ack_pending=1,
        )
        await js.add_consumer("CASE", old)
        await js.publish("evt.case.grant.opened.x", b"done")
        pull = await js.pull_subscribe_bind("assessment-on-case", "CASE")
        (message,) = await pull.fetch(1)
        await message.ack_sync()
        await ensure_consumer(js, "assessment", "case", {"evt.case.grant.>", "evt.case.task.>"})
        info = await js.consumer_info("CASE", "assessment-on-case")
    assert info.config.filter_subjects == ["evt.case.grant.>", "evt.case.task.>"]
    assert info.config.ack_wait == topology.ACK_WAIT.total_seconds()
    assert info.config.max_deliver == -1
    assert info.config.max_ack_pending == topology.MAX_IN_FLIGHT
    assert (info.num_pending, info.ack_floor and info.ack_floor.stream_seq) == (0, 1)


async def test_a_consumer_waits_for_its_stream(wire: Wire) -> None:
    async with wire.jetstream() as js:
        with pytest.raises(NotFoundError):
            await ensure_consumer(js, "assessment", "case", {"evt.case.grant.>"})


def test_whole_aggregates_are_followed_for_order_holds_among_all_events_of_one() -> None:
    handlers: dict[type[Event], Handler] = dict.fromkeys((GrantOpened, GrantClosed, TaskAdded, CaseOpened), Ears().hear)
    assert Subscription("case", handlers).subjects() == {"evt.case.grant.>", "evt.case.task.>", "evt.case.case.>"}


async def test_a_listener_whose_consumer_is_deleted_makes_it_again_and_hears_nothing_twice(world: World) -> None:
    async with world.teller() as teller, world.listener() as listener:
        await tell(teller, subject := Subject(), 1)
        await eventually(lambda: heard(listener), [1])
        async with world.wire.jetstream() as js:
            await js.delete_consumer("CASE", "assessment-on-case")
        await tell(teller, subject, 2)
        await eventually(lambda: heard(listener), [1, 2])
