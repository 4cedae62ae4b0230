"""Connections to the service's own database."""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from shared.access.visibility import ScopedSession

Sessions = Callable[[], AsyncSession]


def async_url(url: str) -> str:
    """The address of a database for the asynchronous driver."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def connect(url: str, application: str, pool_size: int = 10) -> AsyncEngine:
    """A pool of connections. Errors never quote parameters: they may be personal data."""
    return create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        hide_parameters=True,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"timeout": 3, "command_timeout": 30, "server_settings": {"application_name": application}},
    )


def sessions(engine: AsyncEngine) -> Sessions:
    """Sessions that see through the rights of one actor each."""
    return async_sessionmaker(
        engine, sync_session_class=ScopedSession, expire_on_commit=False, autoflush=False, autobegin=True
    )


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()
