"""What travels of a network map."""

from dataclasses import fields
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.network.maps import members
from services.network.maps.members import Hand, Kind, Movement, Sex, Sketch, Tie
from shared.actor import AgencyCode
from shared.http.schemas import Day, Resource, Schema, Storable

MOST_MEMBERS = 60
MOST_TIES = 600

Called = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), Storable]
Place = Annotated[int, Field(ge=0, lt=MOST_MEMBERS)]


class MemberFacts(Schema):
    """A member of the network: a person who is not a client here, or an agency."""

    field: Annotated[members.Field, Field(description="1 core family, 2 kin, 3 work or school, 4 friends, 5 agencies.")]
    distance: Annotated[float, Field(gt=0, le=1, description="Just above 0 is close to the client, 1 is far.")]
    label: Annotated[Called, Field(description="What the client calls them; a pseudonym will do.", examples=["aunt"])]
    kind: Kind = Kind.PERSON
    sex: Sex = Sex.UNKNOWN
    in_conflict: bool = Field(default=False, description="In conflict with the client: the minus sign.")
    movement: Movement = Movement.STABLE
    lives_with_client: bool = Field(default=False, description="True for field 1 and for field 1 only.")
    is_support_person: bool = False
    agency: AgencyCode | None = Field(default=None, description="The agency's code, where it is known to Sidus.")

    def to_member(self) -> members.Member:
        """The member as the rules and the drawing know it."""
        return members.Member(**{field.name: getattr(self, field.name) for field in fields(members.Member)})


class MapIn(Schema):
    """A map as drawn by or with a client. `ties` join members by their place in `members`, counted from 0."""

    client_id: UUID
    case_id: UUID | None = None
    drawn_on: Day
    drawn_by: Hand
    assisted_by: Hand | None = None
    members: Annotated[list[MemberFacts], Field(max_length=MOST_MEMBERS)]
    ties: Annotated[list[tuple[Place, Place]], Field(max_length=MOST_TIES)] = Field(default=[])
    supersedes: UUID | None = Field(default=None, description="The map of the same client that this one follows.")

    def to_sketch(self) -> Sketch:
        """The map as the rules know it."""
        return Sketch(
            drawn_on=self.drawn_on,
            drawn_by=self.drawn_by,
            assisted_by=self.assisted_by,
            members=[member.to_member() for member in self.members],
            ties=self.ties,
        )


class MapOut(Resource):
    """A network map; it never changes, a newer one may supersede it."""

    owner_agency: AgencyCode
    client_id: UUID
    case_id: UUID | None
    drawn_on: date
    drawn_by: Hand
    assisted_by: Hand | None
    members: list[MemberFacts]
    ties: list[Tie]
    supersedes: UUID | None
    created_at: datetime
