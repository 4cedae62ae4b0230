"""How the entries of one service's access log hang together: digest, link, and what each is made of. Pure.

An entry's digest is the SHA-256 of its canonical form: a JSON object of all columns that have a value, names sorted,
ASCII, no spaces; ids as text, moments in UTC with six digits of a second. A column that is added later is not there
in older entries, so their digests stay what they were. A column of the log is never renamed and never taken away.

The seal at position n hangs on the one before: SHA-256 over its hash, n, the entry's number and id, and its digest,
numbers as eight bytes, big end first. Position 1 hangs on the SHA-256 of the service's name in `BEGINNING`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID

BEGINNING = "sidus access log of {service}"


@dataclass(frozen=True, slots=True)
class Link:
    """What a seal says of its entry: the number under which the log holds it, its id, and its digest."""

    seq: int
    entry_id: UUID
    digest: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain reaches: the last position and its hash."""

    position: int
    hash: bytes

    def followed_by(self, link: Link) -> "Head":
        """The head after one more seal."""
        position = self.position + 1
        numbers = position.to_bytes(8, "big") + link.seq.to_bytes(8, "big")
        return Head(position, sha256(self.hash + numbers + link.entry_id.bytes + link.digest).digest())


def beginning(service: str) -> Head:
    """The head of a chain that has no seal yet."""
    return Head(0, sha256(BEGINNING.format(service=service).encode()).digest())


def canonical(entry: Mapping[str, Any]) -> bytes:
    """The one form in which an entry is digested; `entry` has its columns by name, without `seq`."""
    present = {name: _plain(value) for name, value in entry.items() if value is not None}
    return json.dumps(present, sort_keys=True, separators=(",", ":")).encode()


def digest(entry: Mapping[str, Any]) -> bytes:
    """The SHA-256 of an entry's canonical form."""
    return sha256(canonical(entry)).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value
