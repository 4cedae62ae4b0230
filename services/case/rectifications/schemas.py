"""What travels of requests to put the record right."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from services.case.clients.schemas import ContactFacts, HealthFacts, IdentityFacts, SectionFacts, SocialFacts
from services.case.labels import LABELS
from services.case.rectifications import rules
from services.case.rectifications.models import Rectification
from services.case.rectifications.rules import Request, State
from services.case.versions.models import Section
from shared.actor import AgencyCode
from shared.http.actions import Action
from shared.http.schemas import Distinct, LongText, Resource, Schema, Word
from shared.labels import Language

FACTS: dict[str, type[SectionFacts]] = {
    "identity": IdentityFacts,
    "contact": ContactFacts,
    "social": SocialFacts,
    "health": HealthFacts,
}


class RectificationForm(Schema):
    """Which fields of a section are wrong, and what they should say."""

    section: Literal["identity", "contact", "social", "health"]
    claimed: dict[Word, Any] = Field(min_length=1, max_length=20, examples=[{"phone": "+372 5555 1234"}])


class AnswerForm(Schema):
    """Which of the claimed values are put in force. For those that are not, a reason is owed."""

    accepted: Annotated[list[Word], Distinct]
    reason: LongText | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A request as its reader sees it: what is claimed, who reads, on which day and in which language."""

    request: Rectification
    claim: Section | None
    agency: str
    today: date
    language: Language


class RectificationOut(Resource):
    """A request to put the record right. `claimed` is null once the values stand in the record or have been removed."""

    client_id: UUID
    agency: AgencyCode
    section: str
    fields: list[str]
    claimed: dict[str, Any] | None
    asked_in: AgencyCode
    asked_by: str
    asked_at: datetime
    due_on: date
    is_overdue: bool
    state: State
    accepted: list[str]
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    allowed_actions: list[Action]

    @classmethod
    def of(cls, row: View) -> Self:
        """The request as its reader sees it."""
        request, decided = row.request, row.request.decided_at is not None
        facts = Request(request.owner_agency, frozenset(request.fields), decided, claim_seen=row.claim is not None)
        lacks = rules.answer_unmet(facts, request.fields, None, agency=row.agency)
        return cls(
            **{name: getattr(request, name) for name in _SAME},
            agency=request.owner_agency,
            asked_at=request.created_at,
            claimed={field: getattr(row.claim, field) for field in request.fields} if row.claim else None,
            is_overdue=rules.is_overdue(request.due_on, row.today, decided=decided),
            state=rules.state(request.fields, request.accepted, decided=decided),
            allowed_actions=[Action.of("answer", lacks, LABELS, row.language)],
        )


_SAME = (
    *("id", "version", "client_id", "section", "fields", "asked_in", "asked_by", "due_on", "accepted"),
    *("decided_at", "decided_by", "reason"),
)
