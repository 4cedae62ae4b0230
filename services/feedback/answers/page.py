"""The pages a person sees behind an answer link: server-side HTML that needs no script and loads nothing else."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from services.feedback.answers.rules import LONGEST_TEXT
from services.feedback.surveys.definitions import Question
from services.feedback.surveys.rules import HIGHEST_SCORE, LOWEST_SCORE, Nature
from shared.labels import Labels, Language

Notice = Literal["thanks", "answered", "expired", "unknown"]

_STATUS: Mapping[Notice, int] = {"thanks": 200, "answered": 410, "expired": 410, "unknown": 404}
_LANGUAGES = (("et", "Eesti"), ("ru", "Русский"), ("en", "English"))
_SCORES = [str(score) for score in range(LOWEST_SCORE, HIGHEST_SCORE + 1)]
_TEMPLATES = Path(__file__).with_name("templates")
_JINJA = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
)
_STYLE_HASH = b64encode(hashlib.sha256(_JINJA.get_template("style.css").render().encode()).digest()).decode()

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked on one page, and what was typed when it comes back with faults."""

    agency: str | None
    occurred_on: date
    nature: Nature
    questions: Sequence[Question]
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


def questions(form: Form, language: Language, labels: Labels) -> HTMLResponse:
    """The page with the questions: 200, or 422 when it comes back with faults and all that was typed."""
    content = _render(
        "questions.html",
        language,
        labels,
        agency=form.agency,
        occurred_on=written(form.occurred_on),
        nature=form.nature,
        questions=form.questions,
        typed=form.typed,
        faults=form.faults,
        scores=_SCORES,
        longest_text=LONGEST_TEXT,
    )
    return _page(content, 422 if form.faults else 200, language)


def notice(about: Notice, language: Language, labels: Labels) -> HTMLResponse:
    """A page with one message: thanks, already answered (410), expired (410) or unknown (404)."""
    content = _render("notice.html", language, labels, agency=None, notice=about)
    return _page(content, _STATUS[about], language)


def written(day: date) -> str:
    """A date as all three languages write it in figures."""
    return f"{day:%d.%m.%Y}"


def _render(template: str, language: Language, labels: Labels, **values: object) -> str:
    def say(code: str) -> str:
        return labels.text(code, language)

    return _JINJA.get_template(template).render(say=say, language=language, languages=_LANGUAGES, **values)


def _page(content: str, status: int, language: Language) -> HTMLResponse:
    return HTMLResponse(content, status, headers={**HEADERS, "Content-Language": language})
