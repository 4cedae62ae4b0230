"""The table of invitations: one survey for one person, from plan to answer. Holds no address and no token."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Self
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.feedback.base import Base
from services.feedback.surveys.rules import Nature, SurveyKind
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned
from shared.ids import new_id
from shared.labels import Language

if TYPE_CHECKING:
    from services.feedback.surveys.definitions import Survey
    from services.feedback.triggers.models import Trigger

LONGEST_WAIT = timedelta(minutes=5)


class State(StrEnum):
    """How far an invitation has come."""

    PLANNED = "planned"
    SENT = "sent"
    ANSWERED = "answered"
    DROPPED = "dropped"


class Invitation(Base, Scoped, Versioned):
    """One survey for one person (küsitluse kutse), owned by the agency that had the contact."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'sent', 'answered', 'dropped')", name="state"),
        Index("invitation_due", "next_attempt_at", postgresql_where=text("state = 'planned'")),
        Index("invitation_of_client", "client_id"),
    )

    trigger_id: Mapped[UUID] = mapped_column(ForeignKey("survey_trigger.id"), unique=True)
    survey: Mapped[str] = mapped_column(String(64))
    survey_version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[SurveyKind] = mapped_column(String(16))
    service: Mapped[str] = mapped_column(String(64))
    nature: Mapped[Nature] = mapped_column(String(16))
    occurred_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[State] = mapped_column(String(16))
    due_at: Mapped[datetime] = mapped_column(Moment)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    language: Mapped[Language | None] = mapped_column(String(2))
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)

    trigger: Mapped["Trigger"] = relationship(lazy="raise")

    @classmethod
    def planned(cls, trigger: "Trigger", survey: "Survey", due_at: datetime, valid_for: timedelta) -> Self:
        """An invitation to be sent when it is due; its link can be used for `valid_for` from then."""
        return cls(
            id=new_id(),
            owner_agency=trigger.owner_agency,
            client_id=trigger.client_id,
            category=trigger.category,
            trigger=trigger,
            survey=survey.code,
            survey_version=survey.version,
            kind=survey.kind,
            service=trigger.service,
            nature=trigger.nature,
            occurred_at=trigger.occurred_at,
            state=State.PLANNED,
            due_at=due_at,
            next_attempt_at=due_at,
            attempts=0,
            expires_at=due_at + valid_for,
        )

    def move_to(self, due_at: datetime) -> None:
        """Wait until another moment."""
        self.due_at = self.next_attempt_at = due_at

    def try_again(self, now: datetime) -> None:
        """Sending did not succeed: wait twice as long each time, up to `LONGEST_WAIT`."""
        self.next_attempt_at = now + min(timedelta(seconds=2**self.attempts), LONGEST_WAIT)
        self.attempts = min(self.attempts + 1, 30)

    def mark_sent(self, now: datetime) -> None:
        """The message was handed over."""
        self.state, self.sent_at = State.SENT, now

    def drop(self) -> None:
        """The survey will not be sent."""
        self.state = State.DROPPED

    def mark_answered(self, now: datetime) -> None:
        """The person has answered: the link is used up."""
        self.state, self.answered_at = State.ANSWERED, now
