"""The sandbox's own OAuth 2 issuer: its key, the agencies' client secrets, and the tokens it gives.

Both live in one folder, in files that only their owner may read, and are made when first needed.
"""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from shared.actor import Role
from shared.agencies import Agencies, Agency
from shared.ids import new_id

LIFETIME: Final = timedelta(hours=1)
KEY_FILE: Final = "issuer-key.json"
CLIENTS_FILE: Final = "clients.json"


class ScopeRefused(Exception):
    """The scope asks for what the agency may not have; `why` says what."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Asked:
    """What a token is to say of the caller: the `role:`, `officer:` and `person:` items of a scope."""

    roles: frozenset[Role]
    officer: str | None
    person: UUID | None

    @property
    def scope(self) -> str:
        """The scope as it is granted."""
        named = (("officer", self.officer), ("person", self.person))
        return " ".join([*(f"role:{role}" for role in sorted(self.roles)), *(f"{k}:{v}" for k, v in named if v)])


def granted(agency: Agency, scope: str) -> Asked:
    """What the agency gets for a scope, or ScopeRefused.

    Without an officer the first declared one who holds the roles acts.
    """
    roles, officers, people = _items(scope)
    if not roles or roles - agency.roles:
        raise ScopeRefused("name one or more of the agency's roles as role:…")
    if len(officers) > 1 or len(people) > 1:
        raise ScopeRefused("name one officer, or one person")
    if agency.portal:
        if officers or not people:
            raise ScopeRefused("a portal's token is for one person:…")
        return Asked(roles, None, people[0])
    if people:
        raise ScopeRefused("person:… is for a portal")
    if agency.state_portal:
        return Asked(roles, None, None)
    return Asked(roles, _officer(agency, roles, officers), None)


def _items(scope: str) -> tuple[frozenset[Role], list[str], list[UUID]]:
    found: dict[str, list[str]] = {"role": [], "officer": [], "person": []}
    for item in scope.split():
        kind, _, value = item.partition(":")
        if kind not in found:
            raise ScopeRefused("a scope is made of role:…, officer:… and person:…")
        found[kind].append(value)
    try:
        return frozenset(map(Role, found["role"])), found["officer"], [UUID(value) for value in found["person"]]
    except ValueError as error:
        raise ScopeRefused("an unknown role, or a person that is not an id") from error


def _officer(agency: Agency, roles: frozenset[Role], named: list[str]) -> str:
    for officer in agency.officers:
        if roles <= officer.roles and named in ([], [officer.id]):
            return officer.id
    raise ScopeRefused("the agency has no such officer with these roles")


class Issuer:
    """Gives tokens to the agencies of a sandbox."""

    def __init__(self, folder: Path, agencies: Agencies, *, name: str, audience: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.name = name
        self._audience = audience
        self._key = _kept_key(folder / KEY_FILE)
        self._clients = _kept_clients(folder / CLIENTS_FILE, agencies)
        self._agencies = agencies
        self.keys = KeySet([self._key])

    def client(self, client_id: str, secret: str) -> Agency | None:
        """The agency whose client this is, if the secret is its own."""
        known = self._clients.get(client_id, secrets.token_urlsafe(32))
        return self._agencies.find(client_id) if compare_digest(known.encode(), secret.encode()) else None

    def token(self, agency: Agency, asked: Asked, now: datetime) -> str:
        """An access token (RFC 9068) for an agency."""
        issued = int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": self.name,
            "aud": self._audience,
            "sub": agency.code,
            "client_id": agency.code,
            "iat": issued,
            "exp": issued + int(LIFETIME.total_seconds()),
            "jti": str(new_id()),
            "agency": agency.code,
            "roles": sorted(asked.roles),
        }
        if asked.officer:
            claims["officer"] = asked.officer
        if asked.person:
            claims["person"] = str(asked.person)
        return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": self._key.kid}, claims, self._key)


def _kept_key(file: Path) -> ECKey:
    if file.exists():
        return ECKey.import_key(json.loads(file.read_text()))
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    _keep(file, key.as_dict(private=True))
    return key


def _kept_clients(file: Path, agencies: Agencies) -> dict[str, str]:
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    fresh = {agency.code: secrets.token_urlsafe(32) for agency in agencies.agencies if agency.code not in kept}
    if fresh:
        _keep(file, kept | fresh)
    return kept | fresh


def _keep(file: Path, content: dict[str, Any]) -> None:
    """Write a secret whole or not at all, readable by its owner only."""
    beside = file.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(content, out, indent=1)
    beside.replace(file)
