"""The gateway under test, started for each test: it is up in milliseconds, so nothing is shared."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest
import structlog

from gateway.upstreams import SERVICES
from tests.gateway.world import Upstream, World, environment, gateway_before, served


class Worlds(Protocol):
    """Starts a gateway with further settings, or with services at other addresses."""

    async def __call__(self, *, urls: dict[str, str] | None = None, **settings: str) -> World: ...


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """The gateway takes over the process's logging when it starts; a test gives it back."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def worlds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worlds]:
    """Starts gateways, and stops them after the test."""
    async with AsyncExitStack() as stack:

        async def start(*, urls: dict[str, str] | None = None, **settings: str) -> World:
            case = Upstream()
            address = await stack.enter_async_context(served(case))
            behind = dict.fromkeys(SERVICES, address) | (urls or {})
            for name, value in environment(tmp_path, behind, **settings).items():
                monkeypatch.setenv(name, value)
            return await stack.enter_async_context(gateway_before(case, tmp_path))

        yield start


@pytest.fixture
async def world(worlds: Worlds) -> World:
    """A sandbox gateway with all services up."""
    return await worlds()
