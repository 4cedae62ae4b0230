"""Identifiers: UUIDv7 everywhere, so that ids sort by the time they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7. Not a secret: it tells when it was made."""
    return uuid7()
