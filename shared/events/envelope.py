"""The form in which an event travels: CloudEvents 1.0, structured JSON."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

SPECVERSION = "1.0"
CONTENT_TYPE = "application/cloudevents+json"


class Event(BaseModel):
    """Something that happened, as ids and codes. `kind` is `<service>.<aggregate>.<event>`.

    Readers ignore fields they do not know, so an event may gain optional fields and never lose one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: ClassVar[str]
    schema_version: ClassVar[int] = 1
    outlives_erasure: ClassVar[bool] = False
    """Whether it is followed once everything of its client was erased: it accounts for that, or is about others too."""

    client_id: UUID | None = None

    @classmethod
    def type(cls) -> str:
        """The CloudEvents type, such as `sidus.case.case.opened.v1`."""
        return f"sidus.{cls.kind}.v{cls.schema_version}"

    @classmethod
    def owner(cls) -> str:
        """The service that owns the fact."""
        return cls.kind.split(".", 1)[0]

    def subject(self, aggregate_id: UUID) -> str:
        """The NATS subject: `evt.<service>.<aggregate>.<event>.<aggregate id>`."""
        return f"evt.{self.kind}.{aggregate_id}"


class Envelope(BaseModel):
    """An event on its way, with what a reader needs to order it, drop its twin and follow its trace."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: str = SPECVERSION
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    aggregate: UUID
    sequence: Annotated[int, Field(ge=1, lt=2**63)]
    agency: str
    correlationid: str
    traceparent: str | None = None
    data: dict[str, Any]

    @classmethod
    def read(cls, body: bytes) -> Self:
        """The envelope in a message body; raises pydantic.ValidationError when it is none."""
        return cls.model_validate_json(body)

    def written(self) -> bytes:
        """The message body."""
        return self.model_dump_json(exclude_none=True).encode()
