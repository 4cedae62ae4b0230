"""What travels of relations and earlier assessments."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, NamedTuple, Self
from uuid import UUID

from pydantic import AliasChoices, Field, model_validator

from services.case.households.models import HouseholdMember
from services.case.parts.models import Relation
from services.case.parts.rules import EarlierAssessmentKind, PartEnd, RelationKind, RepresentationBasis
from services.case.provenance.schemas import SourceOut
from shared.http.days import HasBeen
from shared.http.schemas import Day, LongText, Name, Schema, Shown, Text, Word, not_before


class Named(NamedTuple):
    """What a client is called to somebody who may see the record, or may not."""

    name: str
    is_masked: bool


Names = Mapping[UUID | None, Named]
"""What clients are called, by their ids."""


class RelationFacts(Schema):
    """A legal representative, or a family member who lives with the person (category `social`).

    Somebody who is a client too is named by `related_client_id` alone: their name stands in their own record.
    """

    kind: RelationKind
    basis: RepresentationBasis | None = Field(default=None, description="Why a legal representative acts.")
    name: Name | None = None
    related_client_id: UUID | None = None
    relation: Word
    valid_from: Day | None = None
    valid_until: Annotated[Day | None, not_before("valid_from")] = None
    note: LongText | None = None

    @model_validator(mode="after")
    def names_one_person(self) -> Self:
        """A person is named, or is a client: never both, which would be a second copy of the name."""
        if (self.name is None) == (self.related_client_id is None):
            raise ValueError("give either a name or the id of another client")
        if self.basis is not None and self.kind is not RelationKind.LEGAL_REPRESENTATIVE:
            raise ValueError("only a legal representative has a basis")
        return self


class RelationOut(Schema):
    """A relation on the record. The name of another client is shown in full only where their record may be seen.

    A client of the same household is family living together too; the household tells so, and in which relation they
    stand nobody has said.
    """

    id: UUID
    kind: RelationKind
    basis: RepresentationBasis | None
    name: str | None
    name_is_masked: bool = Field(description="Whether only the first letters of the name are shown.")
    related_client_id: UUID | None
    household_id: UUID | None = Field(description="The household that tells so, which has its own address.")
    relation: str | None
    valid_from: date | None
    valid_until: date | None
    note: str | None

    @classmethod
    def of_member(cls, row: HouseholdMember, name: str) -> Self:
        """A client of the same household."""
        return cls(
            id=row.id,
            kind=RelationKind.COHABITING_FAMILY,
            basis=None,
            name=name,
            name_is_masked=False,
            related_client_id=row.client_id,
            household_id=row.household_id,
            relation=None,
            valid_from=row.since,
            valid_until=None,
            note=None,
        )

    @classmethod
    def of(cls, row: Relation, names: Names) -> Self:
        """A relation of a loaded record, with what the clients whom relations name are called."""
        name, is_masked = (row.name, False) if row.name else names.get(row.related_client_id, (None, True))
        return cls(id=row.part_id, household_id=None, name_is_masked=is_masked, **(row.values | {"name": name}))


class EarlierAssessmentFacts(Schema):
    """An assessment made before (category `needs`)."""

    kind: EarlierAssessmentKind
    made_on: Annotated[Day | None, HasBeen()] = None
    valid_until: Annotated[Day | None, not_before("made_on")] = None
    note: Text | None = None


class EarlierAssessmentOut(EarlierAssessmentFacts):
    """An earlier assessment on the record."""

    id: UUID = Field(validation_alias=AliasChoices("part_id", "id"))


class Ending(Schema):
    """Why something is no longer on the record."""

    reason: PartEnd


class EndOut(SourceOut):
    """Why something is no longer on the record, and who said so."""

    reason: PartEnd


class RelationListed(RelationOut):
    """A relation that is or was on the record."""

    ended: EndOut | None

    @classmethod
    def of(cls, row: Relation, names: Names) -> Self:
        """A relation, with what the clients whom relations name are called."""
        return cls(**RelationOut.of(row, names).model_dump(), ended=row.ended)


class EarlierAssessmentListed(EarlierAssessmentOut, Shown):
    """An earlier assessment that is or was on the record."""

    ended: EndOut | None


class InverseRelation(Schema):
    """A relation on another client's record that names this client."""

    id: UUID
    client_id: UUID
    name: str | None
    name_is_masked: bool
    kind: RelationKind
    basis: RepresentationBasis | None
    relation: str
    valid_from: date | None
    valid_until: date | None

    @classmethod
    def of(cls, row: Relation, names: Names) -> Self:
        """The relation, with what the client on whose record it stands is called."""
        name, is_masked = names.get(row.client_id, (None, True))
        facts = {field: getattr(row, field) for field in ("kind", "basis", "relation", "valid_from", "valid_until")}
        return cls(id=row.part_id, client_id=row.client_id, name=name, name_is_masked=is_masked, **facts)
