"""What travels of surveys."""

from typing import Literal, Self

from services.feedback.surveys.definitions import Question, Survey
from services.feedback.surveys.rules import Nature, SurveyKind
from shared.http.schemas import Schema
from shared.labels import Language


class QuestionOut(Schema):
    """A question in the language asked for; `wordings` has one for each nature of service it is asked in."""

    code: str
    kind: Literal["scale", "text"]
    required: bool
    source: str
    wordings: dict[Nature, str]
    lowest: str | None
    highest: str | None

    @classmethod
    def of(cls, question: Question, language: Language) -> Self:
        """The question as it travels."""
        return cls(
            code=question.code,
            kind=question.kind,
            required=question.required,
            source=question.source,
            wordings={nature: words.into(language) for nature, words in question.wordings.items()},
            lowest=question.lowest.into(language) if question.lowest else None,
            highest=question.highest.into(language) if question.highest else None,
        )


class SurveyOut(Schema):
    """A survey in its newest version."""

    code: str
    version: int
    kind: SurveyKind
    name: str
    source: str
    questions: list[QuestionOut]

    @classmethod
    def of(cls, survey: Survey, language: Language) -> Self:
        """The survey as it travels."""
        return cls(
            code=survey.code,
            version=survey.version,
            kind=survey.kind,
            name=survey.name.into(language),
            source=survey.source,
            questions=[QuestionOut.of(question, language) for question in survey.questions],
        )
