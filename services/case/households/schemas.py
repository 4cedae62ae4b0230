"""What travels of households."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, NamedTuple, Self
from uuid import UUID

from pydantic import Field

from services.case.households.models import Household, HouseholdMember
from services.case.parts.models import Relation
from shared.http.schemas import Day, Resource, Schema


class MemberForm(Schema):
    """That a client lives in the household, and since when."""

    client_id: UUID
    since: Day


class HouseholdForm(Schema):
    """Clients who live together."""

    members: Annotated[list[MemberForm], Field(min_length=1, max_length=20)]


class Departure(Schema):
    """Until when a member lived in the household."""

    until: Day


class Member(Schema):
    """A client who lives or lived in the household."""

    id: UUID
    client_id: UUID
    name: str
    since: date
    until: date | None


class NamedMember(Schema):
    """Somebody who is no client and lives with one, as a relation on that client's record says."""

    relation_id: UUID
    client_id: UUID
    name: str
    relation: str


class Seen(NamedTuple):
    """A household as an actor may see it: members with their names, how many others, and family that are no clients."""

    household: Household
    members: list[tuple[HouseholdMember, str]]
    others: int
    named: Sequence[Relation]


class HouseholdOut(Resource):
    """Who lives and lived together, as far as the actor may see who they are."""

    members: list[Member]
    others: int = Field(description="How many more clients live in it, of whom no more may be told.")
    named: list[NamedMember] = Field(description="People who are no clients, from the relations of the members.")

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """The household as it travels."""
        return cls(
            id=seen.household.id,
            version=seen.household.version,
            members=[
                Member(id=row.id, client_id=row.client_id, name=name, since=row.since, until=row.until)
                for row, name in seen.members
            ],
            others=seen.others,
            named=[
                NamedMember(relation_id=row.part_id, client_id=row.client_id, name=row.name, relation=row.relation)
                for row in seen.named
                if row.name is not None
            ],
        )
