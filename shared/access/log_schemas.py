"""What travels of the access log, from services to the gateway and further."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from shared.access.categories import AccessAction, Category, Ground
from shared.http.schemas import Schema


class Seen(Schema):
    """That somebody saw or changed a person's data: as much as the person is told elsewhere."""

    at: datetime
    agency: str
    action: AccessAction
    categories: list[Category]
    ground: Ground

    @classmethod
    def of(cls, row: Any) -> Self:
        """The row as it travels."""
        return cls.model_validate(row)


class AccessEntryOut(Seen):
    """That somebody saw or changed a person's data, with everything that the log says of it.

    `hidden_code` is the legal code under which the person does not see the entry before `hidden_until`.
    """

    id: UUID
    service: str
    officer: str
    operation: str
    purpose: str | None
    case_id: UUID | None
    legal_code: str | None
    request_id: str
    hidden_code: str | None
    hidden_until: datetime | None


class Usage(Schema):
    """The newest entries about a person in a period, and how many there are in it."""

    items: list[Seen]
    total: int


class LogBegun(Schema):
    """Since when a log has entries; null if it has none."""

    begun: datetime | None
