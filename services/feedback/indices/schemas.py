"""What travels of indices."""

from typing import Self

from services.feedback.indices import rules
from services.feedback.indices.rules import Tally
from services.feedback.surveys.rules import Nature
from shared.http.schemas import Schema


class GroupOut(Schema):
    """One group of answers: how many, and their share of all from 0 to 1."""

    answers: int
    share: float | None


class IndexOut(Schema):
    """The index of one question in one nature of service.

    `index` is in whole points from -100 to +100, never per cent; null when nobody has answered. With fewer
    answers than the installation's minimum, groups and index are withheld, so that nobody's answer shows.
    Source: 001 L239-300; the same method for every scale, L817-827.
    """

    question: str
    nature: Nature
    answers: int
    withheld: bool
    promoters: GroupOut | None
    passives: GroupOut | None
    detractors: GroupOut | None
    index: int | None

    @classmethod
    def of(cls, question: str, nature: Nature, counted: Tally, minimum: int) -> Self:
        """The index of a tally, or that it is withheld."""
        withheld = 0 < counted.answers < minimum
        return cls(
            question=question,
            nature=nature,
            answers=counted.answers,
            withheld=withheld,
            promoters=None if withheld else _group(counted.promoters, counted),
            passives=None if withheld else _group(counted.passives, counted),
            detractors=None if withheld else _group(counted.detractors, counted),
            index=None if withheld else rules.index(counted),
        )


class IndicesOut(Schema):
    """Every index of one survey for one agency. Questions worded for different natures are never pooled."""

    agency: str
    survey: str
    service: str | None
    indices: list[IndexOut]


def _group(part: int, counted: Tally) -> GroupOut:
    return GroupOut(answers=part, share=rules.share(part, counted.answers))
