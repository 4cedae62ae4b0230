"""Statements that a service signs with a key of its own, so that anybody can check later who said what (JWS, Ed25519).

The private key is derived from the service's signing key and stands nowhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64encode

ALGORITHM = "Ed25519"
TYPE = "statement+jwt"
_USE = b"sidus statements"


class StatementRefused(Exception):
    """The statement is not what the owner of the key has signed."""


class Signer:
    """The key with which one service signs its statements."""

    def __init__(self, service: str, signing_key: str, previous: Sequence[str] = ()) -> None:
        self._service = service
        self._keys = [_key_of(one) for one in (signing_key, *previous)]

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A statement of this service: signed, and readable by everybody."""
        key = self._keys[0]
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": key.thumbprint()}
        return jwt.encode(header, {"iss": self._service, **claims}, key, algorithms=[ALGORITHM])

    @property
    def public(self) -> dict[str, Any]:
        """The key by which the service's statements are checked, as a JWK."""
        return self.all_public[0]

    @property
    def all_public(self) -> list[dict[str, Any]]:
        """This key and those before it, as JWKs: what was signed before a change of keys is believed after it."""
        described = {"alg": ALGORITHM, "use": "sig"}
        return [{**key.as_dict(private=False), "kid": key.thumbprint(), **described} for key in self._keys]


def _key_of(signing_key: str) -> OKPKey:
    seed = HKDF(SHA256(), 32, salt=None, info=_USE).derive(bytes.fromhex(signing_key))
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    key = {"d": urlsafe_b64encode(seed).decode(), "x": urlsafe_b64encode(public).decode()}
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", **key})


def key_for(statement: str, keys: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The key (JWK) that a statement names; StatementRefused when it names none of these."""
    try:
        kid = jws.extract_compact(statement.encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise StatementRefused from error
    for key in keys:
        if key["kid"] == kid:
            return key
    raise StatementRefused


def read(statement: str, key: Mapping[str, Any], *, service: str) -> dict[str, Any]:
    """What a statement says; StatementRefused unless this service signed it with this key (a JWK)."""
    try:
        decoded = jwt.decode(statement, OKPKey.import_key(dict(key)), algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError) as error:
        raise StatementRefused from error
    if decoded.claims.get("iss") != service or decoded.header.get("typ") != TYPE:
        raise StatementRefused
    return dict(decoded.claims)
