"""What travels of danger claims."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.case.dangers.rules import Delay
from services.case.profiles.rules import DangerKind
from shared.access.categories import Category
from shared.actor import AgencyCode, LegalCode
from shared.http.schemas import Day, Distinct, LongText, Resource, Schema


class DelayForm(Schema):
    """That the client is told later: on which legal code, and until the end of which day."""

    legal_code: LegalCode
    until: Day


class DangerClaimForm(Schema):
    """What is in danger, and which data are needed at once."""

    kind: DangerKind
    categories: Annotated[list[Category], Distinct, Field(min_length=1)] = Field(examples=[["contact", "health"]])
    reason: LongText
    holder: AgencyCode | None = Field(default=None, description="Whose rows; every agency's, if left out.")
    delay: DelayForm | None = Field(default=None, description="Why and until when the client is not told yet.")

    def put_off(self) -> Delay | None:
        """The delay, as the rules read it."""
        return Delay(self.delay.legal_code, self.delay.until) if self.delay else None


class DangerClaimOut(Resource):
    """A claim on record. It opens the rows of `holder`, or of every agency, until `valid_until`.

    It waits for a supervisor while `reviewed_at` is null.
    """

    client_id: UUID
    agency: AgencyCode = Field(validation_alias="owner_agency")
    kind: DangerKind
    categories: list[Category]
    holder: str | None
    reason: str
    claimed_by: str
    created_at: datetime
    valid_until: datetime
    delayed_by: str | None
    tell_at: datetime
    told_at: datetime | None
    justified: bool | None
    verdict: str | None
    reviewed_by: str | None
    reviewed_at: datetime | None
