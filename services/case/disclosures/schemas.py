"""What travels of disclosures."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.case.profiles.rules import DisclosureGround
from shared.access.categories import Category
from shared.actor import AgencyCode, LegalCode, PurposeCode
from shared.http.schemas import Day, Distinct, LongText, Resource, Schema, Text


class DisclosureForm(Schema):
    """To whom outside the system data were given, which, on which ground and why."""

    recipient: Text = Field(description="The body or person that got the data.", examples=["Tamme perearstikeskus"])
    categories: Annotated[list[Category], Distinct, Field(min_length=1)]
    ground: DisclosureGround
    legal_code: LegalCode | None = Field(default=None, description="Where the ground needs one.")
    justification: LongText = Field(description="Why the data had to be given.")
    purpose: PurposeCode
    disclosed_on: Day


class DisclosureOut(Resource):
    """A disclosure on record."""

    client_id: UUID
    agency: AgencyCode = Field(validation_alias="owner_agency")
    recipient: str
    categories: list[Category]
    ground: DisclosureGround
    legal_code: str | None
    justification: str
    purpose: str
    disclosed_on: date
    disclosed_by: str
