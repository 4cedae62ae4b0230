"""What travels of where values came from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import Field

from services.case.clients.models import Client
from shared.http.schemas import Resource, Schema

EXAMPLE = {"agency": "tamme", "officer": "mari.maasikas", "system": "star", "at": "2026-03-01T10:00:00Z"}


class SourceOut(Schema):
    """Who gave a value, through which system, when; the officer and system of what was recorded long ago are lost."""

    agency: str
    officer: str | None = None
    system: str | None = None
    at: datetime


class ProvenanceOut(Resource):
    """Where every value of the record came from that the actor may see."""

    fields: dict[str, SourceOut] = Field(
        description="By the JSON pointer of the field; a part of a list is named by its id.",
        examples=[
            {"/contact/phone": {"agency": "tamme", "officer": "mari", "system": "star", "at": "2026-03-01T10:00:00Z"}}
        ],
    )

    @classmethod
    def of(cls, known: tuple[Client, Mapping[str, Mapping[str, Any]]]) -> Self:
        """The sources of a loaded record, by pointer."""
        client, sources = known
        fields = {pointer: SourceOut.model_validate(source) for pointer, source in sources.items()}
        return cls(id=client.id, version=client.version, fields=fields)


class FormerValue(Schema):
    """What a field said, who gave it, and from when until when it stood on the record."""

    value: Any
    source: SourceOut | None = Field(description="Not known of what was recorded before sources were kept.")
    since: datetime
    until: datetime | None = Field(description="Null while it stands.")
