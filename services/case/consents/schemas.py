"""What travels of consents."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.case.consents.rules import Terms
from shared.access.categories import Category
from shared.actor import AgencyCode, PurposeCode
from shared.http.schemas import Day, Distinct, LongText, Resource, Schema, Text


class Declarations(Schema):
    """The three declarations of form A2 (004 L5966-5997); a consent is signed only when all of them are made."""

    cooperates: Literal[True] = Field(description="Agrees to cooperate with the case manager.")
    processing: Literal[True] = Field(description="Agrees to processing, sensitive data included, and passing on.")
    voluntary: Literal[True] = Field(description="Agrees of free will.")


class ConsentForm(Schema):
    """A consent as signed: whom it lets in, to which categories, what for and until when."""

    grantee: AgencyCode = Field(description="The agency that may see the data.", examples=["unemployment-fund"])
    categories: Annotated[list[Category], Distinct, Field(min_length=1)] = Field(examples=[["needs"]])
    purpose: PurposeCode = Field(examples=["case-management"])
    valid_from: Day
    valid_until: Day
    signed_on: Day
    declarations: Declarations
    representative: Text | None = Field(default=None, description="Who signed for a client who may not sign alone.")

    def terms(self) -> Terms:
        """The terms, as the rules read them."""
        return Terms(self.grantee, frozenset(self.categories), self.valid_from, self.valid_until)


class Withdrawal(Schema):
    """That the client no longer agrees; no reason is asked for, one may be given."""

    reason: LongText | None = None


class ConsentOut(Resource):
    """A consent on record. It opens the rows of the agency that recorded it (`source_agency`)."""

    client_id: UUID
    source_agency: AgencyCode = Field(validation_alias="owner_agency")
    grantee: AgencyCode
    categories: list[Category]
    purpose: str
    valid_from: date
    valid_until: date
    signed_on: date
    representative: str | None
    withdrawn_at: datetime | None


class Applied(Schema):
    """When a service closed the door; null while it has not said so."""

    service: str
    applied_at: datetime | None


class WithdrawalReceipt(Schema):
    """When the consent was withdrawn and when each service had applied it."""

    consent_id: UUID
    withdrawn_at: datetime
    complete: bool
    services: list[Applied]
