"""The recommendation index (soovitusindeks). Pure arithmetic over counts; no I/O.

Source: 001 L239-300 (groups and index), L817-827 (the same method for other scales).
"""

from collections.abc import Mapping
from dataclasses import dataclass

PROMOTER_FROM, PASSIVE_FROM = 9, 7


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answers fall into each group."""

    promoters: int
    passives: int
    detractors: int

    @property
    def answers(self) -> int:
        """All answers; passives count too."""
        return self.promoters + self.passives + self.detractors


def tally(scores: Mapping[int, int]) -> Tally:
    """Group answers, given as score (0-10) to number of answers.

    Promoters (soovitajad) 9-10, passives (passiivsed) 7-8, detractors (mittesoovitajad) 0-6.
    Source: 001 L245-261.
    """
    return Tally(
        promoters=sum(n for score, n in scores.items() if score >= PROMOTER_FROM),
        passives=sum(n for score, n in scores.items() if PASSIVE_FROM <= score < PROMOTER_FROM),
        detractors=sum(n for score, n in scores.items() if score < PASSIVE_FROM),
    )


def index(counted: Tally) -> int | None:
    """Share of promoters less share of detractors, in whole points from -100 to +100.

    None when nobody has answered: an index of 0 is a real result. Computed from the counts and
    rounded once, halves away from zero, so that mirrored answers give mirrored indices.
    Source: 001 L267-298.
    """
    if counted.answers == 0:
        return None
    difference = 100 * (counted.promoters - counted.detractors)
    points = (2 * abs(difference) + counted.answers) // (2 * counted.answers)
    return points if difference >= 0 else -points


def share(part: int, whole: int) -> float | None:
    """Part of the whole from 0 to 1, to four places; None of nothing."""
    return round(part / whole, 4) if whole else None
