"""Streams and consumers, declared once: one stream an owning service, one durable a follower of it."""

from collections.abc import Iterable
from datetime import timedelta

from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from shared.events.names import durable_of, stream_of

KEPT_FOR = timedelta(days=30)
ACK_WAIT = timedelta(seconds=10)
"""Far longer than any handler takes; an event that was on its way when NATS went away comes again after this."""

DUPLICATE_WINDOW = timedelta(minutes=10)
MAX_EVENT_BYTES = 64 * 1024
MAX_IN_FLIGHT = 1000
"""Events that wait count as in flight: there must be room for others to pass them."""


def stream_config(service: str, replicas: int) -> StreamConfig:
    """The stream of a service: everything it announces, kept for `KEPT_FOR`."""
    return StreamConfig(
        name=stream_of(service),
        subjects=[f"evt.{service}.>"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.OLD,
        max_age=KEPT_FOR.total_seconds(),
        duplicate_window=DUPLICATE_WINDOW.total_seconds(),
        max_msg_size=MAX_EVENT_BYTES,
        num_replicas=replicas,
    )


def consumer_config(durable: str, subjects: Iterable[str]) -> ConsumerConfig:
    """A follower's durable: it is redelivered what it did not acknowledge until it says that it is done."""
    return ConsumerConfig(
        durable_name=durable,
        filter_subjects=sorted(subjects),
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT.total_seconds(),
        max_deliver=-1,
        max_ack_pending=MAX_IN_FLIGHT,
    )


async def ensure_stream(js: JetStreamContext, service: str, replicas: int) -> None:
    """Bring the service's own stream into the declared form, making it where it is missing."""
    wanted = stream_config(service, replicas)
    try:
        present = (await js.stream_info(stream_of(service))).config
    except NotFoundError:
        await js.add_stream(wanted)
    else:
        if any(value is not None and getattr(present, name) != value for name, value in vars(wanted).items()):
            await js.update_stream(wanted)


async def ensure_consumer(
    js: JetStreamContext, follower: str, owner: str, subjects: Iterable[str], lane: str = ""
) -> None:
    """Bring a durable into the declared form; raises NotFoundError while the owner's stream does not exist."""
    await js.add_consumer(stream_of(owner), config=consumer_config(durable_of(follower, owner, lane), subjects))
