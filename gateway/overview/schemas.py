"""What travels of the merged access log."""

from datetime import datetime
from uuid import UUID

from shared.http.schemas import Schema


class AccessLogEntry(Schema):
    """That somebody saw or changed a person's data in one of the services."""

    id: UUID
    at: datetime
    service: str
    agency: str
    officer: str
    action: str
    operation: str
    categories: list[str]
    ground: str
    purpose: str | None
    case_id: UUID | None
    legal_code: str | None
    request_id: str


class AccessLogPage(Schema):
    """A part of a log; `next` is the cursor of the part that follows, null at the end."""

    items: list[AccessLogEntry]
    next: str | None
