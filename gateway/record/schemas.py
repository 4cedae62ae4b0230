"""What travels of a person's whole record."""

from datetime import datetime
from uuid import UUID

from shared.http.schemas import Schema
from shared.labels import Language
from shared.rights.schemas import Held, TableWords


class OfService(Schema):
    """What one service holds, and what its tables, fields and coded values are called."""

    service: str
    title: str
    words: dict[str, TableWords]
    items: list[Held]


class RecordExport(Schema):
    """Everything that the services hold of a person and that the reader may see, at one time."""

    client_id: UUID
    made_at: datetime
    made_for: str
    language: Language
    services: list[OfService]
