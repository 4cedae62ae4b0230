"""What travels of the merged access log."""

from shared.access.log_schemas import AccessEntryOut
from shared.http.schemas import Schema


class LoggedPage(Schema):
    """A part of one service's log."""

    items: list[AccessEntryOut]
    next: str | None


class AccessLogEntry(AccessEntryOut):
    """That somebody saw or changed a person's data in one of the services.

    What the law hides from the person carries the legal code, until when it hides, and in words on which basis.
    """

    hidden_basis: str | None


class AccessLogPage(Schema):
    """A part of a log; `next` is the cursor of the part that follows, null at the end."""

    items: list[AccessLogEntry]
    next: str | None
