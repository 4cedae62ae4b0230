"""What travels of identifiers and external ids."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from services.case.clients.rules import IdentifierKind
from services.case.clients.schemas import CodeForm, Registration
from services.case.identifiers.rules import EndedAs, ExternalKey, tells_personal_code
from services.case.provenance.schemas import SourceOut
from shared.actor import SystemCode
from shared.http.schemas import Schema, Shown, Word


def _no_personal_code(value: str) -> str:
    if tells_personal_code(value):
        raise ValueError("this may be a personal code")
    return value


KeyOfSystem = Annotated[Word, AfterValidator(_no_personal_code)]
"""The key by which a system of an agency knows a client; never a personal code."""


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


class ExternalIdForm(Schema):
    """The key by which a system of the agency knows a client; never a personal code."""

    system: SystemCode = Field(examples=["star"])
    value: KeyOfSystem = Field(examples=["K-2026-00417"])

    def key(self) -> ExternalKey:
        """The key itself."""
        return ExternalKey(self.system, self.value)


class ExternalIdOut(Shown):
    """The key by which a system of the agency knows a client."""

    id: UUID
    system: str
    value: str
    recorded_at: datetime


class UpsertForm(Schema):
    """A record as a system of the agency holds it, and the key under which it does."""

    external_id: ExternalIdForm
    record: Registration
