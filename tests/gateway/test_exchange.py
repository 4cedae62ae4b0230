"""Reaching a service that is coming up, or that lets nobody in."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from deploy.embedded.ports import free_port
from gateway import exchange
from gateway.exchange import Exchange
from gateway.problems import ServiceSlow
from shared.clock import Clock
from tests.gateway.conftest import Worlds
from tests.gateway.world import CLIENT, KEY, Upstream, problem, served
from tests.support.waiting import PATIENCE_SECONDS

ONE = f"/api/v1/clients/{CLIENT}"


@contextmanager
def closed_door() -> Iterator[int]:
    """A port whose queue is full: a connection is neither made nor refused."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for guest in waiting:
            guest.setblocking(False)
            guest.connect_ex(door.getsockname())
        yield door.getsockname()[1]
        for guest in waiting:
            guest.close()


async def test_a_service_that_lets_nobody_in_is_given_up_soon() -> None:
    with closed_door() as port:
        async with Exchange(
            {"case": f"http://127.0.0.1:{port}"}, {"case": KEY}, Clock(), seconds=PATIENCE_SECONDS
        ) as out:
            started = asyncio.get_running_loop().time()
            with pytest.raises(ServiceSlow):
                await out.send("case", "GET", "/", repeatable=True)

            assert asyncio.get_running_loop().time() - started < PATIENCE_SECONDS / 2


async def test_only_what_may_be_repeated_waits_for_a_service_that_comes_up(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "PAUSES", (0.2,) * 100)
    port = free_port()
    world = await worlds(urls={"case": f"http://127.0.0.1:{port}"})
    at_once = await asyncio.wait_for(world.asks("POST", "/api/v1/clients", json={}), 15)
    waiting = [
        asyncio.create_task(world.asks("GET", ONE)),
        asyncio.create_task(
            world.asks("POST", "/api/v1/clients", content=_pieces(), headers={"Idempotency-Key": "k" * 16})
        ),
    ]
    finished, _ = await asyncio.wait(waiting, timeout=0.2)

    case = Upstream()
    async with served(case, port=port):
        answers = await asyncio.gather(*waiting)

    assert (at_once.status_code, problem(at_once)) == (503, "service-unavailable")
    assert not finished
    assert [answer.status_code for answer in answers] == [200, 200]
    assert {received.body for received in case.received} == {b"", b"onetwo"}


async def _pieces() -> AsyncIterator[bytes]:
    yield b"one"
    yield b"two"
