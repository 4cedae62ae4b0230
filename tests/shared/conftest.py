"""A diary to try things on, and as many databases and message servers as a test needs."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from urllib.parse import urlsplit

import asyncpg
import pytest
from deploy.embedded.postgres import EmbeddedPostgres
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.base import Plumbing
from shared.db.engine import async_url
from tests.shared import diary as diary_service
from tests.support.service import Running, serve, settings

BLUEPRINT = "diary_blueprint"

Copies = Callable[[], str]


@pytest.fixture(scope="session")
def copies(postgres: EmbeddedPostgres) -> Copies:
    """Makes a fresh database each time: the plumbing every service has, and the diary's tables."""
    asyncio.run(_make_blueprint(postgres.url))
    numbers = itertools.count()

    def copy() -> str:
        name = f"diary_{next(numbers)}"
        _in_thread(_command(postgres.url, f"CREATE DATABASE {name} TEMPLATE {BLUEPRINT}"))
        return _beside(postgres.url, name)

    return copy
