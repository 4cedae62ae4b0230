"""What travels of consents."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.case.consents.rules import ConsentState, Terms
from services.case.profiles.rules import Signer
from shared.access.categories import Category
from shared.actor import AgencyCode, PurposeCode
from shared.events.catalog.each_service import FOLLOWERS
from shared.http.schemas import Day, Distinct, LongText, Resource, Schema
from shared.labels import Language


class Declarations(Schema):
    """The three declarations of form A2 (004 L5966-5997); a consent is signed only when all of them are made."""

    cooperates: Literal[True] = Field(description="Agrees to cooperate with the case manager.")
    processing: Literal[True] = Field(description="Agrees to processing, sensitive data included, and passing on.")
    voluntary: Literal[True] = Field(description="Agrees of free will.")


class Signature(Schema):
    """Who signed: the client, or a legal representative who stands on the record as a relation with a basis."""

    signer: Signer
    relation_id: UUID | None = Field(default=None, description="Which representative; any on the record if left out.")

    @model_validator(mode="after")
    def names_a_representative(self) -> Self:
        """Only a representative is a relation of the client."""
        if self.relation_id is not None and self.signer is not Signer.REPRESENTATIVE:
            raise ValueError("only a representative is named by a relation")
        return self


class Signatures(Schema):
    """That a consent was signed: when, with which declarations, and by whom."""

    signed_on: Day
    declarations: Declarations
    signatures: Annotated[list[Signature], Field(min_length=1, max_length=4)] = [Signature(signer=Signer.CLIENT)]


class _Terms(Schema):
    grantee: AgencyCode = Field(description="The agency that may see the data.", examples=["unemployment-fund"])
    categories: Annotated[list[Category], Distinct, Field(min_length=1)] = Field(examples=[["needs"]])
    purpose: PurposeCode = Field(examples=["case-management"])
    valid_from: Day
    valid_until: Day
    notice_language: Language | None = Field(
        default=None, description="In which language the notice was shown; the client's own, if left out."
    )

    def terms(self) -> Terms:
        """The terms, as the rules read them."""
        return Terms(self.grantee, frozenset(self.categories), self.valid_from, self.valid_until)


class ConsentOffer(_Terms):
    """What the client is asked to agree to."""


class ConsentForm(_Terms, Signatures):
    """A consent as signed: whom it lets in, to which categories, what for and until when."""


class Narrowing(Schema):
    """What the consent shall still open, and until when; what is left out stays."""

    categories: Annotated[list[Category], Distinct, Field(min_length=1)] | None = None
    valid_until: Day | None = None

    def of(self, present: Terms) -> Terms:
        """The terms as narrowed."""
        categories = frozenset(self.categories) if self.categories else present.categories
        return replace(present, categories=categories, valid_until=self.valid_until or present.valid_until)


class Withdrawal(Schema):
    """That the client no longer agrees; no reason is asked for, one may be given."""

    reason: LongText | None = None


class RecordedOut(Schema):
    """Who recorded it: the account as `agency/officer`, and the system. Null where that was not kept yet."""

    recorded_by: str | None
    recorded_through: str | None


class SignatureOut(RecordedOut):
    """Who signed, and who recorded that."""

    signer: Signer
    relation_id: UUID | None


class ConsentOut(Resource, RecordedOut):
    """A consent on record. It opens the rows of the agency that recorded it (`source_agency`)."""

    client_id: UUID
    source_agency: AgencyCode = Field(validation_alias="owner_agency")
    grantee: AgencyCode
    categories: list[Category]
    purpose: str
    valid_from: date
    valid_until: date
    state: ConsentState
    created_at: datetime
    signed_on: date | None
    signatures: list[SignatureOut]
    narrowed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    expired_at: datetime | None


class Applied(Schema):
    """When a service had applied a change; null while it has not said so."""

    service: str
    applied_at: datetime | None

    @classmethod
    def by_each(cls, said: Mapping[str, datetime]) -> list[Self]:
        """Every service with its time, the case service first."""
        return [cls(service=name, applied_at=said.get(name)) for name in ("case", *FOLLOWERS)]


class WithdrawalReceipt(Schema):
    """When and by whom the consent was withdrawn, and when each service had applied it."""

    consent_id: UUID
    withdrawn_at: datetime
    withdrawn_by: str | None = Field(description="The account as `agency/officer`; null where it was not kept yet.")
    withdrawn_through: str | None
    complete: bool
    services: list[Applied] = Field(description="None, where an offer was declined: nothing had been opened.")


class NoticeShown(Schema):
    """The notice that the client was shown; `text` is null where the text on file is no longer the one shown."""

    version: int
    language: Language
    digest: str = Field(description="SHA-256 of the text, in hex.")
    text: str | None


class TermsOut(RecordedOut):
    """What the consent said from `since` on, and who recorded that it was signed or narrowed so."""

    categories: list[Category]
    valid_from: date
    valid_until: date
    since: datetime


class ConsentReceipt(RecordedOut):
    """All there is to show of a consent: who agreed to what, how, and when each service had applied it.

    Who recorded it is the case manager, who signs form A2 beside the client.
    """

    consent_id: UUID
    client_id: UUID
    state: ConsentState
    source_agency: AgencyCode
    grantee: AgencyCode
    purpose: str
    terms: list[TermsOut] = Field(description="The terms as signed, then as narrowed each time.")
    notice: NoticeShown | None
    declarations: list[str]
    signed_on: date
    signatures: list[SignatureOut]
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_through: str | None
    expired_at: datetime | None
    complete: bool
    services: list[Applied] = Field(description="When each service had applied the terms in force, or the end of them.")
