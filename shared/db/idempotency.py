"""Idempotency keys: the same POST sent twice has one effect and gets one answer.

The stored answer may hold personal data, which may stand in one table only; so it is sealed with a key that
is derived from the caller's Idempotency-Key, of which we keep nothing but a hash.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import Moment, Plumbing

KEPT_FOR = timedelta(hours=24)
_NONCE_BYTES = 12


class Reply(Plumbing):
    """The answer to a keyed request; `status` is empty while the request is under way."""

    __tablename__ = "idempotent_reply"
    __table_args__ = (Index("idempotent_reply_expires_at", "expires_at"),)

    key_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(server_default=text("0"))
    headers: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary, server_default=text("''"))
    told: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    media_type: Mapped[str] = mapped_column(String(100), server_default=text("''"))
    expires_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request that carries an Idempotency-Key: whose, which, and what it asked for."""

    agency: str
    officer: str
    key: str
    method: str
    path: str
    body: bytes

    @property
    def key_hash(self) -> bytes:
        """What is stored of the key; keys of different officers never meet."""
        return self._digest("store")

    @property
    def fingerprint(self) -> bytes:
        """What the request asked for, as a keyed hash: the body cannot be guessed from it."""
        asked = b"\0".join((self.method.encode(), self.path.encode(), self.body))
        return hashlib.blake2b(asked, key=self._digest("print")).digest()

    def seal(self, body: bytes) -> bytes:
        """The answer's body, readable only by who knows the key."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._digest("seal")).encrypt(nonce, body, None)

    def open(self, sealed: bytes) -> bytes:
        """The answer's body again."""
        return AESGCM(self._digest("seal")).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)

    def _digest(self, use: str) -> bytes:
        who = "\0".join((use, self.agency, self.officer, self.key)).encode()
        return hashlib.blake2b(who, digest_size=32).digest()
