"""What travels of statutory claims."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.access.categories import Category
from shared.actor import AgencyCode, LegalCode
from shared.http.schemas import Day, Distinct, LongText, Resource, Schema


class StatutoryClaimForm(Schema):
    """On which legal code an officer wants to see others' data, which data, and why."""

    legal_code: LegalCode = Field(examples=["SHS-additional-data"])
    categories: Annotated[list[Category], Distinct, Field(min_length=1)] | None = Field(
        default=None, description="What is needed of the categories that the code opens; all of them, if left out."
    )
    holder: AgencyCode | None = Field(default=None, description="Whose rows; every agency's, if left out.")
    reason: LongText | None = Field(default=None, description="Why the data are needed, in writing.")
    client_told_on: Day | None = Field(default=None, description="When the client was told that data are asked for.")


class StatutoryClaimOut(Resource):
    """A claim on record. It opens the rows of `holder`, or of every agency, until `valid_until`."""

    client_id: UUID
    agency: AgencyCode = Field(validation_alias="owner_agency")
    legal_code: str
    categories: list[Category]
    holder: str | None
    reason: str
    client_told_on: date | None
    claimed_by: str
    created_at: datetime
    valid_until: datetime
    ended_at: datetime | None
