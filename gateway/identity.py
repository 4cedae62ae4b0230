"""Who is calling: an OAuth 2 bearer token (RFC 9068) checked, and turned into an agency's caller."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from joserfc.jwk import Key
from pydantic import ValidationError

from gateway.errand import Errand
from gateway.keys import KeySource, KeyUnknown
from gateway.problems import (
    AgencyUnknown,
    HidingUnexplained,
    OfficerUnnamed,
    PersonRefused,
    RoleRefused,
    TokenAlgorithmRefused,
    TokenKeyUnknown,
    TokenRefused,
)
from gateway.tokens import ALGORITHMS, TYPES, TokenClaims, bearer, header, refuse_untimely, signed
from shared.actor import THEMSELVES, Actor, Role
from shared.agencies import Agencies, Agency
from shared.clock import Clock

REMEMBERED: Final = timedelta(seconds=60)
MOST_REMEMBERED: Final = 4096


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the token and agencies.yaml together say."""

    agency: str
    agency_kind: str
    officer: str
    roles: frozenset[Role]
    person: UUID | None = None
    system: str | None = None
    hides: Mapping[str, timedelta] = field(default_factory=dict)

    def actor(self, request_id: str, errand: Errand) -> Actor:
        """The actor of one request of this caller; HidingUnexplained where it would be hidden and not say what for."""
        hidden_for = self.hides.get(errand.legal_code or "")
        if hidden_for and not (errand.purpose or errand.case):
            raise HidingUnexplained
        return Actor(
            agency=self.agency,
            agency_kind=self.agency_kind,
            officer=self.officer,
            roles=self.roles,
            person=self.person,
            system=self.system,
            purpose=errand.purpose,
            case=errand.case,
            legal_code=errand.legal_code,
            hidden_for=hidden_for,
            request_id=request_id,
        )


ANYBODY: Final = Caller("public", "public", "public", frozenset({Role.PUBLIC}))
"""The caller of an address that is open without a token."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    caller: Caller
    since: float
    until: float


class Identity:
    """Checks bearer tokens. A verdict is remembered by the token's digest, at most a minute and never past its end."""

    def __init__(self, keys: KeySource, agencies: Agencies, clock: Clock, *, issuer: str, audience: str) -> None:
        self.keys = keys
        self._agencies = agencies
        self._clock = clock
        self._issuer = issuer
        self._audience = audience
        self._verdicts: OrderedDict[bytes, _Verdict] = OrderedDict()

    async def caller(self, authorization: bytes | None) -> Caller:
        """The caller that an Authorization header proves, or a 401 or 403 problem."""
        token = bearer(authorization)
        digest = sha256(token).digest()
        now = self._clock.now().timestamp()
        verdict = self._verdicts.get(digest)
        if verdict is None or not verdict.since <= now < verdict.until:
            verdict = await self._judged(token, now)
            self._remember(digest, verdict)
        return verdict.caller

    def _remember(self, digest: bytes, verdict: _Verdict) -> None:
        self._verdicts[digest] = verdict
        if len(self._verdicts) > MOST_REMEMBERED:
            self._verdicts.popitem(last=False)

    async def _judged(self, token: bytes, now: float) -> _Verdict:
        claims = signed(token, await self._key(header(token)))
        refuse_untimely(claims, now, issuer=self._issuer, audience=self._audience)
        try:
            said = TokenClaims.model_validate(claims)
        except ValidationError as error:
            raise TokenRefused from error
        until = min(claims["exp"], now + REMEMBERED.total_seconds())
        return _Verdict(self._believed(said), now, until)

    async def _key(self, head: dict[str, Any]) -> Key:
        if head.get("alg") not in ALGORITHMS:
            raise TokenAlgorithmRefused
        if str(head.get("typ", "jwt")).lower() not in TYPES:
            raise TokenRefused
        kid = head.get("kid")
        try:
            return await self.keys.key(kid if isinstance(kid, str) else None)
        except KeyUnknown as error:
            raise TokenKeyUnknown from error

    def _believed(self, said: TokenClaims) -> Caller:
        agency = self._agencies.find(said.agency)
        if agency is None:
            raise AgencyUnknown
        if not said.roles or said.roles - agency.roles:
            raise RoleRefused
        if agency.portal != (said.person is not None):
            raise PersonRefused
        acting = _acting(agency, said)
        return Caller(
            agency.code, agency.kind, acting, said.roles, said.person, said.client_id, hides=agency.hidden_for
        )


def _acting(agency: Agency, said: TokenClaims) -> str:
    if agency.portal or agency.state_portal:
        return THEMSELVES
    if said.officer is None:
        raise OfficerUnnamed
    return said.officer
