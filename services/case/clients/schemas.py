"""What travels of the client record."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    model_validator,
)

from services.case.clients import rules
from services.case.clients.models import Client
from services.case.clients.rules import (
    Citizenship,
    ContactChannel,
    DisabilityDegree,
    Document,
    Education,
    LegalCapacity,
    MaritalStatus,
    SocialStatus,
)
from services.case.duplicates.rules import Difference
from services.case.households.models import HouseholdMember
from services.case.identifiers.rules import IdentifierKind, Known, birth_date_of
from services.case.identifiers.schemas import CodeForm, OtherIdentifier, OtherIdentifierForm, PersonalCode, known_by
from services.case.parts.rules import RelationKind
from services.case.parts.schemas import EarlierAssessmentFacts, EarlierAssessmentOut, Names, RelationFacts, RelationOut
from services.case.provenance.rules import Place
from services.case.versions.models import Section
from shared.actor import AgencyCode
from shared.http.days import HasBeen
from shared.http.schemas import Day, Distinct, LongText, Name, Resource, Schema, Text, Word, not_before

Phone = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=5, max_length=31, pattern=r"^\+?[ ()-]*[0-9][0-9 ()-]*$"),
]
Account = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Z0-9][A-Z0-9 ]{4,33}$")]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254),
    AfterValidator(rules.email_address),
    Field(json_schema_extra={"format": "email"}),
]


class SectionFacts(Schema):
    """What a section says."""

    def given(self) -> dict[str, Any]:
        """The values that take the place of what the section said."""
        return self.model_dump()


class IdentityFacts(SectionFacts):
    """Who the person is (category `identity`); a code is never changed here but replaced by another."""

    first_name: Name = Field(examples=["Anna"])
    last_name: Name = Field(examples=["Tamm"])
    date_of_birth: Annotated[Day | None, HasBeen()] = None
    legal_capacity: LegalCapacity | None = Field(default=None, description="Where a court has decided on it.")
    citizenship: Citizenship | None = None
    citizenship_note: Text | None = None
    document: Document | None = None
    document_note: Text | None = None
    document_number: Word | None = None
    document_valid_until: Day | None = None


class Identity(IdentityFacts):
    """Who the person is and what they are known by."""

    personal_code: Annotated[PersonalCode | None, HasBeen(birth_date_of)] = Field(
        default=None, examples=["60001017869"]
    )
    other_identifier: OtherIdentifierForm | None = None

    def known(self) -> list[Known]:
        """What the person is known by."""
        return known_by(self.personal_code, self.other_identifier)

    def codes(self) -> list[CodeForm]:
        """The same as forms."""
        code = self.personal_code
        of_estonia = [CodeForm(kind=IdentifierKind.PERSONAL_CODE, value=code)] if code else []
        return [*of_estonia, *([self.other_identifier] if self.other_identifier else [])]

    @model_validator(mode="after")
    def has_an_identifier(self) -> Self:
        """A person is registered by a code or another identifier; the code tells the date of birth."""
        if self.personal_code is None and self.other_identifier is None:
            raise ValueError("a personal code or another identifier is needed")
        if self.personal_code is not None:
            born = birth_date_of(self.personal_code)
            if self.date_of_birth not in (None, born):
                raise ValueError("the date of birth is not the one the personal code tells")
            self.date_of_birth = born
        return self


class IdentityOut(IdentityFacts):
    """Who the person is, and the codes they are known by now."""

    first_name: str
    last_name: str
    personal_code: str | None
    other_identifier: OtherIdentifier | None


_WISHES = {"preferred_language", "preferred_channel", "agreed_channels", "may_be_contacted"}
_STAYS = "Left out of a change, it stays as it is."


class ContactFacts(SectionFacts):
    """How the person is reached (category `contact`)."""

    registered_address: Text | None = Field(default=None, description="As in the population register.")
    actual_address: Text | None = None
    residence_municipality: Word | None = Field(default=None, description="Of the registered address.")
    current_municipality: Word | None = Field(default=None, description="Where the person stays now.")
    phone: Phone | None = Field(default=None, examples=["+372 5555 0101"])
    email: Email | None = None
    account_number: Account | None = None
    bank: Word | None = None
    preferred_language: Literal["et", "ru", "en"] | None = Field(default=None, description=_STAYS)
    preferred_channel: ContactChannel | None = Field(default=None, description=_STAYS)
    agreed_channels: Annotated[list[ContactChannel], Distinct] = Field(
        default_factory=list, description=f"By which ways alone; where none is named, by any. {_STAYS}"
    )
    may_be_contacted: bool | None = Field(
        default=None, description=f"Whether the person agrees to be written to or called; null: not asked. {_STAYS}"
    )

    def given(self) -> dict[str, Any]:
        """What is said: of what the person wishes, only what is named; silence takes no wish back and makes none."""
        return self.model_dump(exclude=_WISHES - self.model_fields_set)


class SocialFacts(SectionFacts):
    """Social facts (category `social`)."""

    statuses: Annotated[list[SocialStatus], Distinct, Field(max_length=9)] = []
    statuses_note: Text | None = None
    education: Education | None = None
    education_note: Text | None = None
    marital_status: MaritalStatus | None = None
    marital_status_note: Text | None = None
    note: LongText | None = Field(default=None, description="Other information (muu info).")


class HealthFacts(SectionFacts):
    """Health facts (category `health`); `valid_from` and `valid_until` are the period of disability or incapacity."""

    insured: bool | None = None
    insured_note: Text | None = None
    insured_from: Day | None = None
    insured_until: Annotated[Day | None, not_before("insured_from")] = None
    disability_degree: DisabilityDegree | None = None
    disability_note: Text | None = None
    incapacity_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    valid_from: Day | None = None
    valid_until: Annotated[Day | None, not_before("valid_from")] = None
    note: LongText | None = None


def _nobody() -> IdentityFacts:
    return IdentityFacts.model_construct(first_name="", last_name="")


class ClientChange(Schema):
    """Sections to replace. A section that is left out stays as it is, and so do the wishes of the person."""

    identity: IdentityFacts = Field(default_factory=_nobody)
    contact: ContactFacts = Field(default_factory=ContactFacts)
    social: SocialFacts = Field(default_factory=SocialFacts)
    health: HealthFacts = Field(default_factory=HealthFacts)

    @model_validator(mode="after")
    def changes_something(self) -> Self:
        """An empty change is a mistake of the caller."""
        if not self.model_fields_set:
            raise ValueError("name at least one section to replace")
        return self


class ClientForm(Schema):
    """Form A, part 1 (esmase info kaardistamine). Only identity is needed to save; the rest may follow."""

    identity: Identity
    contact: ContactFacts | None = None
    social: SocialFacts | None = None
    health: HealthFacts | None = None
    relations: Annotated[list[RelationFacts], Field(max_length=30)] = []
    earlier_assessments: Annotated[list[EarlierAssessmentFacts], Field(max_length=30)] = []

    def sections(self, present: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> ClientChange:
        """The sections that are given, as they replace those of a record. What the person is known by is left out.

        A field of which nothing is given has its value of the section that is `present`. Raises ValidationError where
        the two do not go together.
        """
        named = {name: getattr(self, name) for name in ClientChange.model_fields}
        return ClientChange.model_validate(
            {name: {**present.get(name, {}), **_given(section)} for name, section in named.items() if section}
        )

    def related(self) -> dict[str, UUID | None]:
        """The clients whom relations name, by JSON pointer."""
        named = enumerate(relation.related_client_id for relation in self.relations)
        return {f"/relations/{place}/related_client_id": client_id for place, client_id in named}


def _given(section: Schema) -> dict[str, Any]:
    return section.model_dump(exclude_unset=True, exclude={"personal_code", "other_identifier"})


class DistinctFrom(Schema):
    """That the caller looked at people very like this one, and that this is somebody else."""

    clients: Annotated[list[UUID], Distinct, Field(min_length=1, max_length=50)]
    because: Difference = Field(description="By what they are known to be two people.")


class Registration(ClientForm):
    """Form A, part 1, of a person who is to be registered."""

    distinct_from: DistinctFrom | None = Field(
        default=None, description="Whom a `client-likely-exists` named, and who is not this person."
    )


class Seen(NamedTuple):
    """A record as an actor may see it: the sections withheld, and what the clients whom it names are called."""

    client: Client
    withheld: list[str]
    names: Names
    lives_with: list[tuple[HouseholdMember, str]]


class ClientOut(Resource):
    """The record as far as the actor may see it; `withheld` names the sections it has no ground to see."""

    registered_by: AgencyCode
    created_at: datetime
    changed_at: datetime
    identity: IdentityOut | None
    contact: ContactFacts | None
    social: SocialFacts | None
    health: HealthFacts | None
    relations: list[RelationOut]
    earlier_assessments: list[EarlierAssessmentOut]
    withheld: list[str]
    missing: list[str] = Field(
        description="Expected fields of form A, part 1 that are not filled: JSON pointers, a relation named by its id."
    )

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """The record of a loaded client as it travels."""
        row = seen.client
        return cls(
            id=row.id,
            version=row.version,
            registered_by=row.owner_agency,
            created_at=row.created_at,
            changed_at=row.changed_at,
            identity=_identity(row, row.identity) if row.identity else None,
            contact=ContactFacts.model_validate(row.contact) if row.contact else None,
            social=SocialFacts.model_validate(row.social) if row.social else None,
            health=HealthFacts.model_validate(row.health) if row.health else None,
            relations=[
                *(RelationOut.of(relation, seen.names) for relation in row.relations),
                *(RelationOut.of_member(member, name) for member, name in seen.lives_with),
            ],
            earlier_assessments=[EarlierAssessmentOut.model_validate(made) for made in row.earlier_assessments],
            withheld=seen.withheld,
            missing=[*rules.still_missing(_filled(row), seen.withheld), *_without_basis(row)],
        )


class ByCode(Schema):
    """By which personal code a client is looked for."""

    personal_code: PersonalCode


class Resolved(Schema):
    """The client who has the code; null if nobody has."""

    client_id: UUID | None


class Address(Schema):
    """Where the person is reached at this moment; to be used and forgotten."""

    email: str | None
    phone: str | None
    language: str | None
    agreed_channels: list[ContactChannel]
    may_be_contacted: bool | None


def _identity(row: Client, section: Section) -> IdentityOut:
    known = {"personal_code": row.personal_code, "other_identifier": row.other_identifier}
    return IdentityOut.model_validate(section.values | known)


def _filled(row: Client) -> list[str]:
    known = [f"/identity/{identifier.kind}" for identifier in row.known_by]
    return known + [
        f"/{name}/{field}" for name, one in row.said().items() for field in one if one[field] not in (None, [])
    ]


def _without_basis(row: Client) -> list[str]:
    """Legal representatives of whom nobody has said why they act."""
    lacking = (one for one in row.relations if one.kind == RelationKind.LEGAL_REPRESENTATIVE and one.basis is None)
    return [Place("relations", "basis", one.part_id).pointer for one in lacking]
