"""What travels of identifiers."""

import secrets
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from services.case.identifiers.rules import (
    ESTONIA,
    NUMBER_BITS,
    EndedAs,
    IdentifierKind,
    Known,
    fitting,
    personal_code,
    temporary_number,
)
from services.case.provenance.schemas import SourceOut
from shared.http.schemas import Schema, Shown, Word

PersonalCode = Annotated[str, StringConstraints(max_length=20), AfterValidator(personal_code)]
"""An Estonian personal code (isikukood), 11 digits with a check digit."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class OtherIdentifier(Schema):
    """What a person without an Estonian personal code is known by."""

    kind: Literal[IdentifierKind.FOREIGN_CODE, IdentifierKind.TEMPORARY_NUMBER]
    country: Country = Field(default=ESTONIA, description="ISO 3166 code of the country that gave it.")
    value: Word

    def known(self) -> Known:
        """What the person is known by."""
        return Known(IdentifierKind(self.kind), self.country, self.value)


class CodeForm(Schema):
    """Something that a person is to be known by. Where a temporary number is left out, Sidus gives one."""

    kind: IdentifierKind
    country: Country = Field(default=ESTONIA, description="ISO 3166 code of the country that gave it.")
    value: Annotated[Word | None, Field(validate_default=True)] = None
    _is_from_sidus: bool = PrivateAttr(default=False)

    @field_validator("value")
    @classmethod
    def fits_its_kind(cls, value: str | None, info: ValidationInfo) -> str | None:
        """A code that is possible; a temporary number is not taken for a personal code."""
        if not {"kind", "country"} <= info.data.keys():
            return value
        return fitting(IdentifierKind(info.data["kind"]), info.data["country"], value)

    @model_validator(mode="after")
    def has_a_number(self) -> Self:
        """A number from Sidus where the caller has none to give."""
        if self.value is None:
            self._is_from_sidus, self.value = True, temporary_number(secrets.randbits(NUMBER_BITS))
        return self

    @property
    def is_from_sidus(self) -> bool:
        """Whether the caller left the number out."""
        return self._is_from_sidus

    def known(self) -> Known:
        """What the person is to be known by."""
        assert self.value is not None
        return Known(IdentifierKind(self.kind), self.country, self.value)


class OtherIdentifierForm(CodeForm):
    """What a person without an Estonian personal code is to be known by."""

    kind: Literal[IdentifierKind.FOREIGN_CODE, IdentifierKind.TEMPORARY_NUMBER]


def known_by(code: str | None, other: OtherIdentifier | OtherIdentifierForm | None) -> list[Known]:
    """What somebody is known by who has this code and this other identifier."""
    return [*([Known.by_code(code)] if code else []), *([other.known()] if other else [])]


class IdentifierForm(CodeForm):
    """What a client is known by from now on, and what that takes the place of."""

    replaces: UUID | None = Field(default=None, description="The identifier whose place it takes.")
    replaced_as: Literal[EndedAs.REPLACED, EndedAs.WRONG] = Field(
        default=EndedAs.REPLACED, description="Whether the replaced one was the client's until now, or never was."
    )


class EndingForm(Schema):
    """Why a client is no longer known by something, with nothing in its place."""

    ended_as: Literal[EndedAs.EXPIRED, EndedAs.WRONG]


class IdentifierOut(Shown):
    """What a client is or was known by."""

    id: UUID
    kind: IdentifierKind
    country: str
    value: str
    recorded_at: datetime
    source: Annotated[SourceOut | None, BeforeValidator(lambda source: source or None)]
    ended_at: datetime | None
    ended_as: EndedAs | None
    ended_by: SourceOut | None
    replaced_by: UUID | None
