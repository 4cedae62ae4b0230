"""What travels of the client record."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, EmailStr, Field, StringConstraints, model_validator

from services.case.clients import rules
from services.case.clients.models import Client
from services.case.clients.rules import (
    Citizenship,
    DisabilityDegree,
    Document,
    EarlierAssessmentKind,
    Education,
    IdentifierKind,
    MaritalStatus,
    RelationKind,
    SocialStatus,
)
from shared.actor import AgencyCode
from shared.http.schemas import Day, Distinct, LongText, Resource, Schema, Text, Word

PersonalCode = Annotated[str, StringConstraints(max_length=20), AfterValidator(rules.personal_code)]
"""An Estonian personal code (isikukood), 11 digits with a check digit."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ()-]{5,30}$")]
Account = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9 ]{5,34}$")]
Email = Annotated[EmailStr, Field(max_length=254)]


class OtherIdentifier(Schema):
    """What a person without an Estonian personal code is known by."""

    kind: IdentifierKind
    country: Country = Field(default="EE", description="ISO 3166 code of the country that gave it.")
    value: Word


class Identity(Schema):
    """Who the person is (category `identity`)."""

    first_name: Text = Field(examples=["Anna"])
    last_name: Text = Field(examples=["Tamm"])
    personal_code: PersonalCode | None = Field(default=None, examples=["60001017869"])
    other_identifier: OtherIdentifier | None = None
    date_of_birth: Day | None = None
    citizenship: Citizenship | None = None
    document: Document | None = None
    document_number: Word | None = None
    document_valid_until: Day | None = None

    @model_validator(mode="after")
    def has_an_identifier(self) -> Self:
        """A person is registered by a code or another identifier; the code tells the date of birth."""
        if self.personal_code is None and self.other_identifier is None:
            raise ValueError("a personal code or another identifier is needed")
        if self.personal_code is not None:
            born = rules.birth_date_of(self.personal_code)
            if self.date_of_birth not in (None, born):
                raise ValueError("the date of birth is not the one the personal code tells")
            self.date_of_birth = born
        return self


class ContactFacts(Schema):
    """How the person is reached (category `contact`)."""

    registered_address: Text | None = Field(default=None, description="As in the population register.")
    actual_address: Text | None = None
    phone: Phone | None = Field(default=None, examples=["+372 5555 0101"])
    email: Email | None = None
    account_number: Account | None = None
    bank: Word | None = None
    preferred_language: Literal["et", "ru", "en"] = "et"
    may_be_contacted: bool = Field(default=True, description="Whether the person agrees to be written to or called.")


class SocialFacts(Schema):
    """Social facts (category `social`)."""

    statuses: Annotated[list[SocialStatus], Distinct, Field(max_length=9)] = []
    education: Education | None = None
    marital_status: MaritalStatus | None = None
    note: LongText | None = None


class HealthFacts(Schema):
    """Health facts (category `health`)."""

    insured: bool | None = None
    insured_until: Day | None = None
    disability_degree: DisabilityDegree | None = None
    incapacity_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    note: LongText | None = None


class RelationFacts(Schema):
    """A legal representative, or a family member who lives with the person (category `social`)."""

    kind: RelationKind
    name: Text
    relation: Word
    note: LongText | None = None


class EarlierAssessmentFacts(Schema):
    """An assessment made before (category `needs`)."""

    kind: EarlierAssessmentKind
    made_on: Day | None = None
    valid_until: Day | None = None


class ClientForm(Schema):
    """Form A, part 1 (esmase info kaardistamine). Only identity is needed to save; the rest may follow."""

    identity: Identity
    contact: ContactFacts | None = None
    social: SocialFacts | None = None
    health: HealthFacts | None = None
    relations: Annotated[list[RelationFacts], Field(max_length=30)] = []
    earlier_assessments: Annotated[list[EarlierAssessmentFacts], Field(max_length=30)] = []


class ClientChange(Schema):
    """Sections to replace. A section that is left out stays as it is."""

    contact: ContactFacts = Field(default_factory=ContactFacts)
    social: SocialFacts = Field(default_factory=SocialFacts)
    health: HealthFacts = Field(default_factory=HealthFacts)

    @model_validator(mode="after")
    def changes_something(self) -> Self:
        """An empty change is a mistake of the caller."""
        if not self.model_fields_set:
            raise ValueError("name at least one section to replace")
        return self


class ClientOut(Resource):
    """The record as far as the actor may see it; `withheld` names the sections it has no ground to see."""

    registered_by: AgencyCode
    created_at: datetime
    changed_at: datetime
    identity: Identity
    contact: ContactFacts | None
    social: SocialFacts | None
    health: HealthFacts | None
    relations: list[RelationFacts]
    earlier_assessments: list[EarlierAssessmentFacts]
    withheld: list[str]
    missing: list[str] = Field(description="Expected fields of form A, part 1 that are not filled (JSON pointers).")

    @classmethod
    def of(cls, shown: tuple[Client, list[str]]) -> Self:
        """The record of a loaded client, and the sections that are withheld of it."""
        row, withheld = shown
        identity = _identity(row)
        return cls(
            id=row.id,
            version=row.version,
            registered_by=row.owner_agency,
            created_at=row.created_at,
            changed_at=row.changed_at,
            identity=identity,
            contact=ContactFacts.model_validate(row.contact) if row.contact else None,
            social=SocialFacts.model_validate(row.social) if row.social else None,
            health=HealthFacts.model_validate(row.health) if row.health else None,
            relations=[RelationFacts.model_validate(relation) for relation in row.relations],
            earlier_assessments=[EarlierAssessmentFacts.model_validate(made) for made in row.earlier_assessments],
            withheld=withheld,
            missing=rules.still_missing(_filled({"identity": identity, **row.sections}), withheld),
        )


class SearchFor(Schema):
    """Whom to look for: by a code, by another identifier, or by family name and date of birth together."""

    personal_code: PersonalCode | None = None
    other_identifier: OtherIdentifier | None = None
    last_name: Text | None = None
    date_of_birth: Day | None = None

    @model_validator(mode="after")
    def names_somebody(self) -> Self:
        """A search narrow enough not to leaf through people."""
        by_name = self.last_name is not None and self.date_of_birth is not None
        if not (self.personal_code or self.other_identifier or by_name):
            raise ValueError("give a personal code, another identifier, or family name and date of birth")
        return self


class Hit(Schema):
    """Somebody who may be the person: enough to recognise, not enough to learn from."""

    client_id: UUID
    name: str = Field(description="First letters only.", examples=["A. T."])
    birth_year: int | None


class Hits(Schema):
    """At most ten people who match."""

    items: list[Hit]


class Address(Schema):
    """Where the person is reached at this moment; to be used and forgotten."""

    email: str | None
    phone: str | None
    language: str
    may_be_contacted: bool


def _identity(row: Client) -> Identity:
    other = None
    if row.other_identifier is not None:
        other = {
            "kind": row.other_identifier_kind,
            "country": row.other_identifier_country,
            "value": row.other_identifier,
        }
    plain = {name: getattr(row, name) for name in Identity.model_fields if name != "other_identifier"}
    return Identity.model_validate(plain | {"other_identifier": other})


def _filled(sections: dict[str, Any]) -> list[str]:
    places = ((pointer, *pointer[1:].split("/")) for pointer in rules.REQUIRED_OF_FORM_A)
    return [pointer for pointer, section, field in places if getattr(sections[section], field, None) not in (None, [])]
