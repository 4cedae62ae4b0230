"""What travels of erasures."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from services.case.erasures.models import ErasureOrder
from services.case.erasures.rules import Reason, Terms
from shared.access.categories import Category
from shared.actor import AgencyCode, LegalCode, OfficerId
from shared.events.catalog.each_service import FOLLOWERS
from shared.http.schemas import Distinct, Resource, Schema


class ErasureForm(Schema):
    """What is to be erased and why. Without `agency` everything of everybody, without `categories` all of them."""

    agency: AgencyCode | None = Field(default=None, description="Whose rows; the caller's own agency, or left out.")
    categories: Annotated[list[Category], Distinct, Field(min_length=1)] | None = None
    reason: Reason
    legal_code: LegalCode | None = None

    def terms(self, asking: str) -> Terms:
        """The terms, as the rules read them."""
        categories = None if self.categories is None else frozenset(self.categories)
        return Terms(asking, self.agency, categories, self.reason, self.legal_code)


class Answered(Schema):
    """When a service had erased what it was ordered to; null while it has not said so."""

    service: str
    applied_at: datetime | None


class ErasureOut(Resource):
    """An order to erase, and how far the services are."""

    client_id: UUID
    ordered_in: AgencyCode
    ordered_by: OfficerId
    ordered_at: datetime
    agency: AgencyCode | None
    categories: list[Category] | None
    reason: Reason
    legal_code: str | None
    run_id: UUID | None
    completed_at: datetime | None
    complete: bool
    services: list[Answered]

    @classmethod
    def of(cls, row: ErasureOrder) -> Self:
        """The order as it travels."""
        said = {receipt.service: receipt.applied_at for receipt in row.receipts}
        return cls(
            **{name: getattr(row, name) for name in _SAME},
            ordered_in=row.owner_agency,
            ordered_at=row.created_at,
            complete=row.completed_at is not None,
            services=[Answered(service=name, applied_at=said.get(name)) for name in ("case", *FOLLOWERS)],
        )


_SAME = (
    *("id", "version", "client_id", "ordered_by", "agency", "categories", "reason", "legal_code", "run_id"),
    "completed_at",
)


class KeptRows(Schema):
    """Rows that a service kept, and why; of the access log it is not said how many."""

    table: str
    rows: int | None
    reason: str
    detail: str


class OfService(Schema):
    """What one service states: rows erased by table, rows kept. The statement is signed (JWS) by `key` (JWK)."""

    service: str
    title: str
    applied_at: datetime
    erased: dict[str, int]
    kept: list[KeptRows]
    statement: str
    key: dict[str, Any]


class Gap(Schema):
    """Something that the erasure did not reach, or has not reached yet."""

    code: str
    detail: str
    service: str | None


class Certificate(Schema):
    """What was erased of a person on one order, by the services' own signed statements, and what was not."""

    order: ErasureOut
    issued_at: datetime
    complete: bool
    services: list[OfService]
    gaps: list[Gap]
