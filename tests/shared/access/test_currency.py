"""A service knows that it is up to date by how far it has come, also while more keeps coming."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nats.js import JetStreamContext

from shared.access.projection import MARKS_KEPT, Currency
from shared.events.bus import Bus
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass
class Stream:
    """How far a consumer has come: up to where everything is settled, and how much has been sent and not settled."""

    settled: int
    waiting: int = 0

    async def consumer_info(self, stream: str, durable: str) -> Any:
        """What JetStream tells of the consumer."""
        assert (stream, durable) == ("CASE", "diary-on-case")
        floor = SimpleNamespace(stream_seq=self.settled)
        return SimpleNamespace(num_pending=self.waiting, num_ack_pending=self.waiting, ack_floor=floor)


@pytest.mark.parametrize(
    ("heard", "stream", "current"),
    [
        ([], Stream(0), False),
        ([40], Stream(0), True),
        ([40], Stream(39, waiting=1), False),
        ([40], Stream(40, waiting=9), True),
        ([40, 50], Stream(45, waiting=9), True),
        ([50, 60], Stream(45, waiting=9), False),
        (range(MARKS_KEPT + 50), Stream(40, waiting=9), False),
    ],
)
async def test_a_service_is_current_once_it_has_reached_a_mark_however_much_has_come_since(
    diary: Running, heard: Any, stream: Stream, current: bool
) -> None:
    currency = Currency("diary", Bus("nats://127.0.0.1:1", "diary"), diary.runtime.engine)
    for place in heard:
        currency.hear(place)
    await currency.look(cast(JetStreamContext, stream))
    assert currency.is_current() is current
