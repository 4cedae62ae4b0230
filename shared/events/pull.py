"""Taking messages from a durable as they come: one standing request, renewed when it is used up or runs out.

The client library's own `fetch` waits for a batch to fill, which delays an event by seconds.
"""

import json
from collections.abc import AsyncGenerator

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import TimeoutError as NatsTimeoutError

from shared.events.names import stream_of

BATCH = 50
EXPIRES_SECONDS = 5.0
HEARTBEAT_SECONDS = 1.0
SILENCE_SECONDS = 2.5 * HEARTBEAT_SECONDS
HEARTBEAT, RUN_OUT = "100", frozenset({"404", "408"})
REQUEST = json.dumps(
    {"batch": BATCH, "expires": int(EXPIRES_SECONDS * 1e9), "idle_heartbeat": int(HEARTBEAT_SECONDS * 1e9)}
).encode()


class PullBroken(Exception):
    """The server has fallen silent, or says that the durable or its stream is gone."""


class Pull:
    """The standing request of one consumer."""

    def __init__(self, nats: Client, owner: str, durable: str) -> None:
        self._nats = nats
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream_of(owner)}.{durable}"

    async def batches(self) -> AsyncGenerator[list[Msg]]:
        """Messages, as many at a time as have arrived. Raises PullBroken."""
        inbox = self._nats.new_inbox()
        arriving = await self._nats.subscribe(inbox)
        try:
            while True:
                await self._nats.publish(self._subject, REQUEST, reply=inbox)
                async for messages in _until_used_up(arriving):
                    yield messages
        finally:
            await arriving.unsubscribe()


async def _until_used_up(arriving: Subscription) -> AsyncGenerator[list[Msg]]:
    wanted, statuses = BATCH, set[str]()
    while wanted > 0 and statuses.isdisjoint(RUN_OUT):
        arrived = await _arrived(arriving)
        messages = [message for message in arrived if _status(message) is None]
        statuses = {status for message in arrived if (status := _status(message))}
        if messages:
            wanted -= len(messages)
            yield messages
        if broken := statuses - {HEARTBEAT, *RUN_OUT}:
            raise PullBroken(", ".join(sorted(broken)))


async def _arrived(arriving: Subscription) -> list[Msg]:
    """Everything that has arrived, waiting for the first; a heartbeat comes every second if nothing else does."""
    try:
        arrived = [await arriving.next_msg(timeout=SILENCE_SECONDS)]
        while arriving.pending_msgs:
            arrived.append(await arriving.next_msg(timeout=SILENCE_SECONDS))
    except NatsTimeoutError as error:
        raise PullBroken("silence") from error
    return arrived


def _status(message: Msg) -> str | None:
    """The status of a message that is not an event but word from the server."""
    if message.data or not message.headers:
        return None
    return message.headers.get("Status")
