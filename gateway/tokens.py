"""Bearer tokens as text: taken from a header, their signature checked, their times and addressees compared."""

import json
from typing import Any, Final
from uuid import UUID

from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import Key
from joserfc.jwt import JWTClaimsRegistry
from joserfc.util import urlsafe_b64decode
from pydantic import BaseModel

from gateway.problems import (
    TokenExpired,
    TokenForged,
    TokenForOthers,
    TokenFromElsewhere,
    TokenMissing,
    TokenNotYetValid,
    TokenRefused,
)
from shared.actor import OfficerId, Role, SystemCode

ALGORITHMS: Final = ("RS256", "ES256", "Ed25519")
TYPES: Final = frozenset({"at+jwt", "application/at+jwt", "jwt"})
LONGEST: Final = 8192
LEEWAY_SECONDS: Final = 5

_CLAIM_PROBLEMS: Final[dict[str, type[TokenRefused]]] = {
    "iss": TokenFromElsewhere,
    "aud": TokenForOthers,
    "nbf": TokenNotYetValid,
    "iat": TokenNotYetValid,
}


class TokenClaims(BaseModel):
    """What a token says of the caller, besides the registered claims."""

    agency: str
    roles: frozenset[Role]
    officer: OfficerId | None = None
    person: UUID | None = None
    client_id: SystemCode | None = None


def bearer(authorization: bytes | None) -> bytes:
    """The token that an Authorization header carries."""
    scheme, _, token = (authorization or b"").partition(b" ")
    if scheme.lower() != b"bearer" or not token:
        raise TokenMissing
    if len(token) > LONGEST:
        raise TokenRefused
    return token


def header(token: bytes) -> dict[str, Any]:
    """The token's header, before anything of it is believed."""
    try:
        found = json.loads(urlsafe_b64decode(token.partition(b".")[0]))
    except (ValueError, TypeError, RecursionError) as error:
        raise TokenRefused from error
    if not isinstance(found, dict):
        raise TokenRefused
    return found


def signed(token: bytes, key: Key) -> dict[str, Any]:
    """The claims of a token whose signature this key proves."""
    try:
        return jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
    except JoseError as error:
        raise (TokenForged if error.error == "bad_signature" else TokenRefused) from error
    except (ValueError, TypeError) as error:
        raise TokenRefused from error


def refuse_untimely(claims: dict[str, Any], now: float, *, issuer: str, audience: str) -> None:
    """TokenRefused, of the kind that fits, for a token of another time, issuer or audience."""
    registry = JWTClaimsRegistry(
        now=int(now),
        leeway=LEEWAY_SECONDS,
        exp={"essential": True},
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
    )
    try:
        registry.validate(claims)
    except ExpiredTokenError as error:
        raise TokenExpired from error
    except ClaimError as error:
        raise _CLAIM_PROBLEMS.get(error.claim, TokenRefused) from error
