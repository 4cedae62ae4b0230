"""Queries for indices: counts, never anybody's answer."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import func, not_, select

from services.feedback.answers.models import Answer, Score
from services.feedback.surveys.rules import Nature
from shared.access.visibility import closed_to
from shared.db.work import UnitOfWork

Counts = Mapping[tuple[Nature, str], Mapping[int, int]]
"""(nature, question) -> score -> number of answers."""


async def counts(work: UnitOfWork, agency: str, survey: str, service: str | None) -> Counts:
    """How often each score was given to one agency, by nature and question; closed records left out.

    Index: answer_to_survey.
    """
    query = (
        select(Answer.nature, Score.question, Score.score, func.count())
        .join(Score, Score.answer_id == Answer.id)
        .where(Answer.owner_agency == agency, Answer.survey == survey)
        .where(not_(closed_to(work.actor, Answer.client_id, work.clock.now())))
        .group_by(Answer.nature, Score.question, Score.score)
    )
    if service is not None:
        query = query.where(Answer.service == service)
    found: dict[tuple[Nature, str], dict[int, int]] = defaultdict(dict)
    for nature, question, score, number in await work.check(query):
        found[Nature(nature), question][score] = number
    return found
