"""Tables of answers."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.feedback.answers.rules import LONGEST_TEXT, Reading
from services.feedback.base import Base
from services.feedback.invitations.models import Invitation
from services.feedback.surveys.rules import Nature
from shared.access.models import Scoped
from shared.db.base import Versioned
from shared.ids import new_id


class Answer(Base, Scoped, Versioned):
    """One person's answer to one invitation. Nobody but the person is shown it: officers read indices."""

    __tablename__ = "answer"
    for_the_person_alone = True
    __table_args__ = (Index("answer_to_survey", "owner_agency", "survey"), Index("answer_of_client", "client_id"))

    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("invitation.id"), unique=True)
    survey: Mapped[str] = mapped_column(String(64))
    survey_version: Mapped[int] = mapped_column(Integer)
    service: Mapped[str] = mapped_column(String(64))
    nature: Mapped[Nature] = mapped_column(String(16))

    scores: Mapped[list["Score"]] = relationship(lazy="selectin")
    texts: Mapped[list["FreeText"]] = relationship(lazy="selectin")

    @classmethod
    def given(cls, invitation: Invitation, reading: Reading) -> "Answer":
        """What was read from the page, as the answer to an invitation."""
        return cls(
            id=new_id(),
            owner_agency=invitation.owner_agency,
            client_id=invitation.client_id,
            category=invitation.category,
            invitation_id=invitation.id,
            survey=invitation.survey,
            survey_version=invitation.survey_version,
            service=invitation.service,
            nature=invitation.nature,
            scores=[Score(question=question, score=score) for question, score in reading.scores.items()],
            texts=[FreeText(question=question, text=text) for question, text in reading.texts.items()],
        )


class Score(Base):
    """The number chosen for one question."""

    __tablename__ = "answer_score"
    __table_args__ = (CheckConstraint("score BETWEEN 0 AND 10", name="on_scale"),)

    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answer.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    score: Mapped[int] = mapped_column(SmallInteger)


class FreeText(Base):
    """What was written for one question."""

    __tablename__ = "answer_text"

    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answer.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
