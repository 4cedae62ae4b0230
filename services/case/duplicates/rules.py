"""How two records stand to each other, and what may be done about it. Pure.

Source: one client record (inter-agency R1; K:1776-1788, 3454-3458).
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from services.case.clients.rules import masked
from services.case.matching.rules import Likeness, alike_in_birth, are_of_two_days
from services.case.names.rules import Name
from shared.rules import Unmet, failing

Two = tuple[UUID, UUID]
"""Two clients, the one with the lower id first."""

Held = tuple[Any, Sequence[UUID], Sequence[bool], Sequence[date | None]]
"""A key, who holds it or held it once, and of each whether now, and when they were born if that counts."""


class PairState(StrEnum):
    """Whether somebody has still to look, has said that they are two people, or too little is left that is alike."""

    OPEN = "open"
    DISMISSED = "dismissed"
    APART = "apart"


class Difference(StrEnum):
    """Why two records that are alike are of two people."""

    DOCUMENTS_SEEN = "documents_seen"
    NAMESAKES = "namesakes"
    RELATIVES = "relatives"
    TOLD_BY_PERSON = "told_by_person"


class Closeness(StrEnum):
    """How near the values of one field are to each other."""

    SAME = "same"
    NEAR = "near"
    DIFFERENT = "different"


class Phase(StrEnum):
    """What a scan is at: the keys of identities and contacts are made anew first, since people are found by them."""

    IDENTITIES = "identities"
    CONTACTS = "contacts"
    PEOPLE = "people"
    DONE = "done"


FOLLOWING = dict(zip(Phase, list(Phase)[1:], strict=False))
"""What a scan does next."""


class Seeker(NamedTuple):
    """Who looks for others by a key.

    `mutual` where whoever holds it now finds the seeker by it as well. `born` where it tells nothing of people born on
    another day.
    """

    client_id: UUID
    mutual: bool = False
    born: date | None = None


class Find(NamedTuple):
    """That somebody finds the holder of a key; `mutual` where both find each other."""

    seeker: UUID
    holder: UUID
    mutual: bool


class Looking:
    """Who looks for others by which keys."""

    def __init__(self) -> None:
        self.keys: dict[Any, list[Seeker]] = defaultdict(list)

    def by(self, keys: Iterable[Hashable], seeker: Seeker) -> None:
        """Let somebody look by keys."""
        for key in keys:
            self.keys[key].append(seeker)

    def finds(self, held: Iterable[Held]) -> set[Find]:
        """Who finds whom."""
        return {
            Find(seeker.client_id, holder, mutual=seeker.mutual and now)
            for key, *holders in held
            for holder, now, born in zip(*holders, strict=True)
            for seeker in self.keys[key]
            if holder != seeker.client_id and not (now and are_of_two_days(seeker.born, born))
        }


def pairs_among(finds: Iterable[Find], survivors: Mapping[UUID, UUID], *, onward: bool) -> set[Two]:
    """The pairs of those who find each other; who finds a merged record finds the one that survived.

    `onward` is for a pass over all, which lets each look in turn: two who both find each other are a pair only when the
    first one looks, so that the pass meets them once. A merged record looks for nobody.
    """
    return {
        in_order(seeker, client_id)
        for seeker, holder, mutual in finds
        if (client_id := survivors[holder]) != seeker
        and not (onward and mutual and client_id == holder and holder < seeker)
    }


def in_order(one: UUID, other: UUID) -> Two:
    """Both clients, the one with the lower id first."""
    return (one, other) if one < other else (other, one)


def not_dismissible(state: PairState) -> list[Unmet]:
    """Conditions that keep two records from being told apart."""
    return failing((state == PairState.OPEN, "duplicate.not-open"))


def not_startable(*, under_way: bool) -> list[Unmet]:
    """Conditions that keep the register from being scanned."""
    return failing((not under_way, "duplicate.scan-under-way"))


def state_after(state: PairState, known: Collection[str], found: Collection[str], *, enough: bool) -> PairState:
    """Where a pair stands after it was compared again; one that was dismissed returns only for a new reason."""
    if state == PairState.DISMISSED and not (enough and set(found) - set(known)):
        return state
    return PairState.OPEN if enough else PairState.APART


def names_close(mine: Name, theirs: Name, near: float) -> Closeness:
    """How near two names are."""
    if mine.is_same(theirs):
        return Closeness.SAME
    return Closeness.NEAR if mine.shares_part(theirs) or mine.likeness(theirs) >= near else Closeness.DIFFERENT


def births_close(mine: date | None, theirs: date | None) -> Closeness | None:
    """How near two dates of birth are."""
    likeness = alike_in_birth(mine, theirs)
    if likeness is None:
        return None
    return {Likeness.BORN_SAME: Closeness.SAME, Likeness.BORN_OTHER: Closeness.DIFFERENT}.get(likeness, Closeness.NEAR)


def values_close(mine: Any, theirs: Any) -> Closeness | None:
    """Whether two values are the same; nothing can be said where one is not known."""
    if mine in (None, []) or theirs in (None, []):
        return None
    return Closeness.SAME if mine == theirs else Closeness.DIFFERENT


def shown_to_stranger(field: str, value: Any) -> Any:
    """What of a value is shown to who has no ground to see it: as much as of a hit of a search."""
    if field in ("first_name", "last_name"):
        return masked(value)
    return str(value.year) if field == "date_of_birth" and value else None
