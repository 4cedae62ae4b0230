"""What travels of disclosures."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.case.disclosures.rules import Given
from services.case.profiles.rules import DisclosureGround
from shared.access.categories import Category
from shared.actor import AgencyCode, LegalCode, PurposeCode
from shared.http.schemas import Day, Distinct, LongText, Resource, Schema, Text


class DisclosureForm(Schema):
    """To whom outside the system data were given, which, on which ground and why."""

    recipient: Text = Field(description="The body or person that got the data.", examples=["Tamme perearstikeskus"])
    categories: Annotated[list[Category], Distinct, Field(min_length=1)]
    ground: DisclosureGround
    consent_id: UUID | None = Field(
        default=None, description="On which agreement, where the ground is `consent`; one that covers it, if left out."
    )
    legal_code: LegalCode | None = Field(default=None, description="Where the ground needs one.")
    justification: LongText = Field(description="Why the data had to be given.")
    purpose: PurposeCode
    disclosed_on: Day

    @model_validator(mode="after")
    def rests_on_an_agreement(self) -> Self:
        """Only what rests on consent names one."""
        if self.consent_id is not None and self.ground is not DisclosureGround.CONSENT:
            raise ValueError("only a disclosure on the ground of consent names one")
        return self

    def given(self) -> Given:
        """What was given, as the rules read it."""
        return Given(frozenset(self.categories), self.purpose, self.disclosed_on)


class DisclosureOut(Resource):
    """A disclosure on record."""

    client_id: UUID
    agency: AgencyCode = Field(validation_alias="owner_agency")
    recipient: str
    categories: list[Category]
    ground: DisclosureGround
    consent_id: UUID | None = Field(description="The agreement that lets the data out, where the ground is consent.")
    legal_code: str | None
    justification: str
    purpose: str
    disclosed_on: date
    disclosed_by: str
