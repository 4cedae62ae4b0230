"""The coded fields of form A, part 1, and what each may hold (004 L5460-5626). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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
from services.case.identifiers.rules import EndedAs, IdentifierKind
from services.case.parts.rules import EarlierAssessmentKind, PartEnd, RelationKind, RepresentationBasis


@dataclass(frozen=True, slots=True)
class Enumeration:
    """What fields of the record may hold; `*` stands for any part of a list."""

    codes: type[StrEnum]
    fields: tuple[str, ...]


ENUMERATIONS: Mapping[str, Enumeration] = {
    "citizenship": Enumeration(Citizenship, ("/identity/citizenship",)),
    "document": Enumeration(Document, ("/identity/document",)),
    "legal_capacity": Enumeration(LegalCapacity, ("/identity/legal_capacity",)),
    "identifier_kind": Enumeration(IdentifierKind, ("/identity/other_identifier/kind", "/identifiers/*/kind")),
    "identifier_ended_as": Enumeration(EndedAs, ("/identifiers/*/ended_as",)),
    "contact_channel": Enumeration(ContactChannel, ("/contact/preferred_channel", "/contact/agreed_channels")),
    "social_status": Enumeration(SocialStatus, ("/social/statuses",)),
    "education": Enumeration(Education, ("/social/education",)),
    "marital_status": Enumeration(MaritalStatus, ("/social/marital_status",)),
    "disability_degree": Enumeration(DisabilityDegree, ("/health/disability_degree",)),
    "relation_kind": Enumeration(RelationKind, ("/relations/*/kind",)),
    "representation_basis": Enumeration(RepresentationBasis, ("/relations/*/basis",)),
    "earlier_assessment_kind": Enumeration(EarlierAssessmentKind, ("/earlier_assessments/*/kind",)),
    "part_end": Enumeration(PartEnd, ("/relations/*/ended/reason", "/earlier_assessments/*/ended/reason")),
}
