"""Answering: once, in time, through a link that we have signed."""

from collections.abc import Mapping
from datetime import datetime

from services.feedback.answers import rules
from services.feedback.answers.models import Answer
from services.feedback.answers.page import Form, Notice
from services.feedback.invitations.links import Ticket
from services.feedback.invitations.models import Invitation, State
from services.feedback.policy import policy
from services.feedback.surveys.definitions import Question
from services.feedback.surveys.library import library
from shared.db.work import UnitOfWork
from shared.events.catalog.feedback import SurveyAnswered
from shared.labels import Language


def reason_closed(ticket: Ticket, invitation: Invitation, now: datetime) -> Notice | None:
    """Why nothing more can be answered through a link; None when it can."""
    if invitation.state == State.ANSWERED:
        return "answered"
    if invitation.state == State.DROPPED or ticket.expires_at <= now:
        return "expired"
    return None


def form(
    invitation: Invitation,
    language: Language,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Form:
    """The page's content: the questions as they were worded when the invitation was made."""
    agency = policy().agencies.get(invitation.owner_agency)
    return Form(
        agency=agency.into(language) if agency else None,
        occurred_on=invitation.occurred_at.astimezone(policy().terms().zone).date(),
        nature=invitation.nature,
        questions=_questions(invitation),
        typed=typed or {},
        faults=faults or {},
    )


async def answer(work: UnitOfWork, invitation: Invitation, typed: Mapping[str, str]) -> Mapping[str, str]:
    """Keep the answer and use up the link; answers with the faults by question when it cannot be kept yet."""
    reading = rules.read(_questions(invitation), typed)
    if not reading.faults:
        work.add(Answer.given(invitation, reading))
        invitation.mark_answered(work.clock.now())
        work.announce(SurveyAnswered(invitation_id=invitation.id), of=invitation)
    return reading.faults


def _questions(invitation: Invitation) -> list[Question]:
    survey = library().asked_in(invitation.survey, invitation.survey_version)
    return list(survey.asked(invitation.nature))
