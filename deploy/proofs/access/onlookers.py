"""Who looks: every officer of every agency in each of their roles, the people themselves, and somebody unknown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from shared.actor import Actor, Role
from shared.agencies import Agencies
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Somebody who may ask for anything; what they may see is for the oracle to say."""

    agency: str
    kind: str
    role: Role
    officer: str | None = None
    person: str | None = None

    def __str__(self) -> str:
        who = f"person {self.person}" if self.person else self.officer
        return "/".join(part for part in (self.agency, self.role, who) if part)

    @property
    def scope(self) -> str | None:
        """What a token for them is asked for with; nobody in particular has none."""
        if self.role is Role.PUBLIC:
            return None
        who = f"person:{self.person}" if self.person else f"officer:{self.officer}"
        return f"role:{self.role} {who}"

    def actor(self) -> Actor:
        """Who acts, as the gateway would tell a service."""
        return Actor(
            agency=self.agency,
            agency_kind=self.kind,
            officer=self.officer or "self",
            roles=frozenset({self.role}),
            person=UUID(self.person) if self.person else None,
            request_id=str(new_id()),
        )


NOBODY = Onlooker("public", "public", Role.PUBLIC)
"""A caller without a token."""


def officers(agencies: Agencies) -> Iterator[Onlooker]:
    """Every declared officer in each of their roles."""
    for agency in agencies.agencies:
        for officer in agency.officers:
            for role in sorted(officer.roles):
                yield Onlooker(agency.code, agency.kind, role, officer=officer.id)


def people(agencies: Agencies, clients: Iterable[str]) -> Iterator[Onlooker]:
    """The clients themselves, through each portal."""
    for client in clients:
        for agency in agencies.agencies:
            if agency.portal:
                yield Onlooker(agency.code, agency.kind, Role.PERSON, person=client)
