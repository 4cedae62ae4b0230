"""What travels of restrictions."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.case.consents.schemas import Applied
from services.case.restrictions.models import Restriction
from shared.actor import AgencyCode, OfficerId, account_of
from shared.http.schemas import Day, LongText, Resource, Schema


class NamedOfficer(Schema):
    """An officer to whom the record stays open."""

    agency: AgencyCode = Field(examples=["tamme"])
    officer: OfficerId = Field(examples=["mari.maasikas"])

    @property
    def account(self) -> str:
        """The officer among all agencies' officers."""
        return account_of(self.agency, self.officer)


class RestrictionForm(Schema):
    """To whom alone a record stays open, why, and until when."""

    officers: Annotated[list[NamedOfficer], Field(min_length=1, max_length=50)]
    reason: LongText = Field(examples=["The client is an employee of the agency."])
    valid_until: Day = Field(description="The last day; the record opens again by itself after it.")

    @property
    def named(self) -> list[str]:
        """The accounts of the officers, each once."""
        return sorted({officer.account for officer in self.officers})


class RestrictionOut(Resource):
    """A restriction as decided."""

    client_id: UUID
    agency: AgencyCode
    officers: list[NamedOfficer]
    reason: str
    valid_until: date
    decided_at: datetime
    decided_by: str
    lifted_at: datetime | None

    @classmethod
    def of(cls, row: Restriction) -> Self:
        """The restriction as it travels."""
        same = {name: getattr(row, name) for name in cls.model_fields if name not in ("agency", "officers")}
        accounts = (account.split("/", 1) for account in row.named)
        officers = [NamedOfficer(agency=agency, officer=officer) for agency, officer in accounts]
        return cls(agency=row.owner_agency, officers=officers, **same)


class RestrictionReceiptOut(Schema):
    """When each service had applied the newest decision."""

    restriction_id: UUID
    decided_at: datetime
    complete: bool
    services: list[Applied]
