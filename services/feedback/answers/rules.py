"""What a filled-in survey page says, and what is wrong with it. Pure: no I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from services.feedback.surveys.rules import HIGHEST_SCORE, LOWEST_SCORE

LONGEST_TEXT = 2000

MISSING, NO_SCORE, TOO_LONG, UNREADABLE = (
    "answer.missing",
    "answer.not-on-scale",
    "answer.too-long",
    "answer.unreadable",
)


class Asked(Protocol):
    """What reading needs to know of a question; `kind` is scale or text."""

    @property
    def code(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def required(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """The answers read from a page, and a fault code for each question that has one."""

    scores: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def read(questions: Iterable[Asked], typed: Mapping[str, str]) -> Reading:
    """Read what was typed for each question; what belongs to no question is ignored."""
    reading = Reading()
    for question in questions:
        value = typed.get(question.code, "").strip()
        if not value:
            if question.required:
                reading.faults[question.code] = MISSING
        elif fault := _fault(question, value):
            reading.faults[question.code] = fault
        elif question.kind == "scale":
            reading.scores[question.code] = int(value)
        else:
            reading.texts[question.code] = value
    return reading


_SCALE = frozenset(str(score) for score in range(LOWEST_SCORE, HIGHEST_SCORE + 1))


def _fault(question: Asked, value: str) -> str | None:
    if question.kind == "scale":
        return None if value in _SCALE else NO_SCORE
    if "\x00" in value:
        return UNREADABLE
    return TOO_LONG if len(value) > LONGEST_TEXT else None
