"""What stands on a network map (võrgustikukaart): members, their marks, and who knows whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Field(IntEnum):
    """The five fields (väljad) of the map. Source: 004 chapter V (L2031-2049)."""

    CORE_FAMILY = 1
    KIN = 2
    DAILY_LIFE = 3
    FRIENDS = 4
    AGENCIES = 5


class Kind(StrEnum):
    """A member is a person or an agency as a whole."""

    PERSON = "person"
    AGENCY = "agency"


class Sex(StrEnum):
    """Decides the sign: man a triangle, woman a circle (L2024); unknown a square, our choice."""

    MALE = "m"
    FEMALE = "f"
    UNKNOWN = "unknown"


class Movement(StrEnum):
    """Arrows show who is entering or leaving the network (L2026-2028)."""

    STABLE = "stable"
    ENTERING = "entering"
    LEAVING = "leaving"


class Hand(StrEnum):
    """Whose view of the network the map shows, or who helped to draw it (L2051-2052)."""

    CLIENT = "client"
    WORKER = "worker"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person or agency the client counts as theirs; never a client of Sidus by this record.

    `label` is what the client calls the member and may be a pseudonym ("aunt").
    `distance` runs from just above 0 (close) to 1 (far).
    """

    field: Field
    distance: float
    label: str
    kind: Kind = Kind.PERSON
    sex: Sex = Sex.UNKNOWN
    in_conflict: bool = False
    movement: Movement = Movement.STABLE
    lives_with_client: bool = False
    is_support_person: bool = False
    agency: str | None = None


Tie = tuple[int, int]
"""Two members who know each other, as positions in the list of members; direction has no meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A map as drawn: whose view of the network, on which day, with what on it. Who the client is, it does not say."""

    drawn_on: date
    drawn_by: Hand
    assisted_by: Hand | None = None
    members: Sequence[Member]
    ties: Sequence[Tie] = ()
