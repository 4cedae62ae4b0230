"""The short-lived token by which one part of Sidus tells another who acts.

Each pair of caller and service has a key of its own, so a service can forge tokens for nobody but itself.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import ValidationError

from shared.actor import Actor

ALGORITHM = "HS256"
LIFETIME = timedelta(seconds=60)
LEEWAY_SECONDS = 5


class InternalTokenRefused(Exception):
    """The token is missing, forged, expired or meant for another service."""


@lru_cache(maxsize=64)
def _key(secret: str) -> OctKey:
    return OctKey.import_key(bytes.fromhex(secret))


def sign(actor: Actor, *, caller: str, service: str, key: str, now: datetime) -> str:
    """A token that tells `service` who acts; `key` is the pair's secret in hex."""
    issued = int(now.timestamp())
    claims = {
        "iss": caller,
        "aud": service,
        "iat": issued,
        "exp": issued + int(LIFETIME.total_seconds()),
        "actor": actor.model_dump(mode="json", exclude_defaults=True),
    }
    return jwt.encode({"alg": ALGORITHM, "kid": caller}, claims, _key(key))


def verify(token: str, *, service: str, keys: Mapping[str, str], now: datetime) -> Actor:
    """The actor of a token signed by one of the callers in `keys` (caller -> secret in hex)."""
    try:
        decoded = jwt.decode(
            token,
            lambda protected: _key(keys[str(protected.headers().get("kid"))]),
            algorithms=[ALGORITHM],
        )
        claims = decoded.claims
        caller = decoded.header["kid"]
        if claims["iss"] != caller or claims["aud"] != service:
            raise InternalTokenRefused
        moment = now.timestamp()
        if not claims["iat"] - LEEWAY_SECONDS <= moment <= claims["exp"] + LEEWAY_SECONDS:
            raise InternalTokenRefused
        return Actor.model_validate(claims["actor"])
    except (JoseError, KeyError, ValueError, TypeError, ValidationError) as error:
        raise InternalTokenRefused from error
