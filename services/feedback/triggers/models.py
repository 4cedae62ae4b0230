"""Tables of triggers: what happened, and every decision about it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.feedback.base import Base
from services.feedback.surveys.rules import Nature
from services.feedback.triggers.rules import Outcome, Reason
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned
from shared.ids import new_id


class Trigger(Base, Scoped, Versioned):
    """A service contact (teenuskontakt) after which feedback may be asked; owned by the agency that had it."""

    __tablename__ = "survey_trigger"
    __table_args__ = (
        Index("survey_trigger_of_client", "client_id", text("created_at DESC"), text("id DESC")),
        Index("survey_trigger_of_case", "case_id", text("created_at DESC"), text("id DESC")),
    )

    case_id: Mapped[UUID]
    contact_id: Mapped[UUID] = mapped_column(unique=True)
    service: Mapped[str] = mapped_column(String(64))
    nature: Mapped[Nature] = mapped_column(String(16))
    occurred_at: Mapped[datetime] = mapped_column(Moment)
    survey: Mapped[str | None] = mapped_column(String(64))
    survey_version: Mapped[int | None] = mapped_column(Integer)
    invitation_id: Mapped[UUID | None]

    decisions: Mapped[list["DecisionMade"]] = relationship(lazy="selectin", order_by="DecisionMade.position")


class DecisionMade(Base):
    """One decision about a trigger. Rows are only ever added: first deferred, say, and later sent."""

    __tablename__ = "survey_decision"
    __table_args__ = (Index("survey_decision_of_trigger", "trigger_id", "position", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    trigger_id: Mapped[UUID] = mapped_column(ForeignKey("survey_trigger.id"))
    position: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[Outcome] = mapped_column(String(16))
    rule: Mapped[Reason] = mapped_column(String(64))
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_at: Mapped[datetime] = mapped_column(Moment)
