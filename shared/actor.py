"""Who acts: the agency, officer, person or service on whose behalf a request is carried out."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

AgencyCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,62}$")]
"""The short name of an agency in agencies.yaml, such as `unemployment-fund`."""

OfficerId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
"""The agency's own id of an officer; never a personal code or a name that is not the officer's account."""

PurposeCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
SystemCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$")]
"""The OAuth client by which an information system calls; where a value on record came from."""

LegalCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:_/-]{0,63}$")]


THEMSELVES = "self"
"""Stands for the officer where a person acts for themself."""


class Role(StrEnum):
    """What an actor is to the system. What a role may do is said by the endpoint that asks for it."""

    CASE_MANAGER = "case_manager"
    SUPERVISOR = "supervisor"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    REGISTRAR = "registrar"
    OPERATOR = "operator"
    PERSON = "person"
    PUBLIC = "public"
    SERVICE = "service"
    TRACKER = "tracker"


def account_of(agency: str, officer: str) -> str:
    """An officer among all agencies' officers."""
    return f"{agency}/{officer}"


class Actor(BaseModel):
    """Who acts, for which agency, and what for. Travels in the internal token; no service trusts a plain header.

    `hidden_for` is how long the agency's `legal_code` keeps the person from seeing what is done now: agencies.yaml.
    """

    model_config = ConfigDict(frozen=True)

    agency: str
    agency_kind: str
    officer: str
    roles: frozenset[Role]
    scopes: frozenset[str] = frozenset()
    purpose: str | None = None
    case: UUID | None = None
    legal_code: str | None = None
    hidden_for: timedelta | None = None
    request_id: str
    person: UUID | None = None
    system: str | None = None

    @model_validator(mode="after")
    def _hidden_by_a_code(self) -> Self:
        if self.hidden_for is not None and self.legal_code is None:
            raise ValueError("what is hidden from the person is hidden by a legal code")
        return self

    @property
    def account(self) -> str:
        """The officer among all agencies' officers: `agency/officer`."""
        return account_of(self.agency, self.officer)

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds at least one of the roles."""
        return not self.roles.isdisjoint(roles)

    @classmethod
    def service(cls, name: str, request_id: str, purpose: str | None = None) -> "Actor":
        """Sidus itself, one of its services, carrying out a duty nobody asked for by hand."""
        return cls(
            agency="sidus",
            agency_kind="service",
            officer=name,
            system="sidus",
            roles=frozenset({Role.SERVICE}),
            purpose=purpose,
            request_id=request_id,
        )
