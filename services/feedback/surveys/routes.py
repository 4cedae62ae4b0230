"""HTTP: which surveys there are and what they ask."""

from services.feedback.surveys.library import library
from services.feedback.surveys.schemas import SurveyOut
from shared.http.problems import NotFound, problems
from shared.http.routing import InLanguage, Router

router = Router(prefix="/surveys", tags=["Feedback"])


@router.get("")
async def list_surveys(language: InLanguage) -> list[SurveyOut]:
    """Every survey in its newest version."""
    return [SurveyOut.of(survey, language) for survey in library().current()]


@router.get("/{code}", responses=problems(NotFound))
async def read_survey(code: str, language: InLanguage) -> SurveyOut:
    """One survey in its newest version: its questions and their wordings by nature of service."""
    survey = library().find(code)
    if survey is None:
        raise NotFound
    return SurveyOut.of(survey, language)
