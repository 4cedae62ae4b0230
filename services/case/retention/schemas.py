"""What travels of retention runs."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from services.case.retention.models import RetentionRun
from services.case.retention.rules import Found
from shared.access.categories import Category
from shared.actor import AgencyCode, OfficerId
from shared.http.schemas import Resource, Schema


class RunForm(Schema):
    """Whether data that are due are only counted, or also erased."""

    dry_run: bool = Field(default=True, description="Count only; nothing is changed.")


class FoundOut(Schema):
    """What is due of one category: clients, days on which their time ended, rows in each service."""

    category: Category
    clients: int
    earliest: date | None
    latest: date | None
    rows: dict[str, int]


class RunOut(Resource):
    """A retention run of the caller's agency, and how far it has come.

    Rows are those in the scope of what is due; an erasure keeps those that others refer to, and says so.
    """

    agency: AgencyCode
    started_by: OfficerId
    started_at: datetime
    dry_run: bool
    as_of: date
    examined: int = Field(description="Clients looked at.")
    closed: int = Field(description="Those of them whose record is closed to all but named officers: left as they are.")
    due: int = Field(description="Clients of whom something is due.")
    ordered: int = Field(description="Erasures ordered.")
    finished_at: datetime | None
    failure: str | None = Field(description="The kind of error at which the run gave up; null unless it did.")
    found: list[FoundOut]

    @classmethod
    def of(cls, row: RetentionRun) -> Self:
        """The run as it travels."""
        return cls(
            **{name: getattr(row, name) for name in _SAME},
            agency=row.owner_agency,
            started_at=row.created_at,
            found=[
                FoundOut(category=Category(kind), **dict(Found.model_validate(one))) for kind, one in row.found.items()
            ],
        )


_SAME = (
    "id",
    "version",
    "started_by",
    "dry_run",
    "as_of",
    "examined",
    "closed",
    "due",
    "ordered",
    "finished_at",
    "failure",
)
