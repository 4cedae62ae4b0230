"""What travels of the merged access log."""

from datetime import datetime
from uuid import UUID

from shared.http.schemas import Schema


class Logged(Schema):
    """That somebody saw or changed a person's data, as a service tells of it."""

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
    hidden_code: str | None
    hidden_until: datetime | None


class LoggedPage(Schema):
    """A part of one service's log."""

    items: list[Logged]
    next: str | None


class AccessLogEntry(Logged):
    """That somebody saw or changed a person's data in one of the services.

    What the law hides from the person carries the legal code, until when it hides, and in words on which basis.
    """

    hidden_basis: str | None


class AccessLogPage(Schema):
    """A part of a log; `next` is the cursor of the part that follows, null at the end."""

    items: list[AccessLogEntry]
    next: str | None
