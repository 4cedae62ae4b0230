"""What the database raises, and what it means for who asked."""

from asyncpg.exceptions import (
    AdminShutdownError,
    CannotConnectNowError,
    CrashShutdownError,
    DeadlockDetectedError,
    LockNotAvailableError,
    PostgresConnectionError,
    TooManyConnectionsError,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

AWAY = (
    OSError,
    AdminShutdownError,
    CannotConnectNowError,
    CrashShutdownError,
    DeadlockDetectedError,
    LockNotAvailableError,
    PostgresConnectionError,
    TooManyConnectionsError,
    PoolTimeout,
)
"""What is raised when the database is down, starting, stopping, full or held by others: it may serve in a moment."""


def is_away(error: BaseException) -> bool:
    """Whether an error says that the database is away, and nothing of what it was asked."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(_cause(error), AWAY)
    return isinstance(error, AWAY)


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the constraint that was broken."""
    return getattr(_cause(error), "constraint_name", None)


def _cause(error: DBAPIError) -> BaseException | None:
    """What the driver itself said, which SQLAlchemy has put into its own words."""
    return error.orig.__cause__ if error.orig else None
