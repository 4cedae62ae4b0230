"""Indices of a survey: one for each scale in each nature of service that it is asked in."""

from services.feedback.indices import rules, store
from services.feedback.indices.schemas import IndexOut, IndicesOut
from services.feedback.policy import policy
from services.feedback.surveys.definitions import Survey
from services.feedback.surveys.rules import Nature
from shared.db.work import UnitOfWork


async def indices(work: UnitOfWork, agency: str, survey: Survey, service: str | None) -> IndicesOut:
    """Count the answers that the agency was given, over all versions of the survey."""
    counts = await store.counts(work, agency, survey.code, service)
    minimum = policy().indices.minimum_answers
    found = [
        IndexOut.of(question.code, nature, rules.tally(counts.get((nature, question.code), {})), minimum)
        for nature in Nature
        for question in survey.asked(nature)
        if question.kind == "scale"
    ]
    return IndicesOut(agency=agency, survey=survey.code, service=service, indices=found)
