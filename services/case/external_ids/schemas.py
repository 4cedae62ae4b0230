"""What travels of external ids."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from services.case.clients.schemas import Registration
from services.case.external_ids.rules import ExternalKey
from services.case.identifiers.rules import tells_personal_code
from shared.actor import SystemCode
from shared.http.schemas import Schema, Shown, Word


def _no_personal_code(value: str) -> str:
    if tells_personal_code(value):
        raise ValueError("this may be a personal code")
    return value


KeyOfSystem = Annotated[Word, AfterValidator(_no_personal_code)]
"""The key by which a system of an agency knows a client; never a personal code."""


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
