"""Whoever has stolen the sandbox's key makes tokens of every kind."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

STRANGER = ECKey.generate_key("P-256", auto_kid=True)
"""A key that the issuer does not have."""


@dataclass(frozen=True, slots=True)
class Forge:
    """Makes tokens with the issuer's own key, or with another."""

    key: ECKey
    issuer: str
    now: datetime

    @property
    def second(self) -> int:
        """The sandbox's time as tokens count it."""
        return int(self.now.timestamp())

    def token(self, key: ECKey | None = None, kid: str | None = None, **changed: Any) -> str:
        """A token that is sound but for what is changed."""
        header = {"alg": "ES256", "typ": "at+jwt", "kid": kid or self.key.kid}
        return jwt.encode(header, self._claims(**changed), key or self.key)

    def unsigned(self) -> str:
        """A token that says that it needs no signature."""
        return f"{_part({'alg': 'none', 'typ': 'at+jwt', 'kid': self.key.kid})}.{_part(self._claims())}."

    def confused(self) -> str:
        """A token whose shared secret is the issuer's public key."""
        signed = f"{_part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': self.key.kid})}.{_part(self._claims())}"
        return f"{signed}.{_text(hmac.digest(self.key.as_pem(private=False), signed.encode(), hashlib.sha256))}"

    def retold(self) -> str:
        """A sound token, its roles exchanged for better ones."""
        head, _, signature = self.token().split(".")
        return f"{head}.{_part(self._claims(roles=['data_protection_officer']))}.{signature}"

    def _claims(self, **changed: Any) -> dict[str, Any]:
        claims = {"iss": self.issuer, "aud": "sidus", "sub": "tamme", "iat": self.second, "exp": self.second + 600}
        caller = {"agency": "tamme", "officer": "mari.maasikas", "roles": ["case_manager"]}
        return claims | caller | changed


def _part(content: dict[str, Any]) -> str:
    return _text(json.dumps(content).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
