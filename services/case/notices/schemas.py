"""What travels of notices."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.case.clients.schemas import Email, Phone
from services.case.notices.rules import Manner, Reaction
from shared.actor import AgencyCode
from shared.http.days import HasBeen
from shared.http.schemas import Day, LongText, Resource, Schema, Text, Word


class NoticeForm(Schema):
    """A notice as taken (form A, part 4). Who is in need is registered as a client, not named here."""

    received_on: Annotated[Day, HasBeen()]
    manner: Manner
    description: LongText = Field(description="What was noticed, without the name of the person in need.")
    noticer_first_name: Text | None = None
    noticer_last_name: Text | None = None
    relation: Word | None = Field(default=None, description="What the noticer is to the person in need.")
    noticer_phone: Phone | None = None
    noticer_address: Text | None = None
    noticer_email: Email | None = None


class ReactionForm(Schema):
    """Whether the agency takes the notice up, about whom, and what the noticer was told."""

    reaction: Reaction
    reaction_reason: LongText
    client_id: UUID | None = Field(default=None, description="The person in need, once registered.")
    told_noticer: LongText | None = Field(default=None, description="Feedback to the noticer, nothing confidential.")


class NoticeOut(NoticeForm, Resource):
    """A notice on record."""

    agency: AgencyCode = Field(validation_alias="owner_agency")
    client_id: UUID | None
    reaction: Reaction | None
    reaction_reason: str | None
    told_noticer: str | None
    decided_at: datetime | None
