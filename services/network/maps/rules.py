"""When a network map can be kept as drawn. Pure: no database, no clock, no I/O."""

from dataclasses import dataclass
from datetime import date

from services.network.maps.members import Field, Hand, Kind, Member, Sex, Sketch
from shared.rules import Unmet, failing


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The map that a new one takes the place of; a map itself is never changed."""

    is_of_same_client: bool
    drawn_on: date
    is_superseded: bool


def unmet(sketch: Sketch, predecessor: Predecessor | None, today: date) -> list[Unmet]:
    """Conditions that keep a map from being stored; empty when it can be.

    Source: 004 chapter V, drawing (L2018-2028), fields (L2031-2049), a map is one moment's view (L2051-2052).
    """
    return [
        *failing(
            (sketch.drawn_on <= today, "map.drawn-in-future", "/drawn_on"),
            (sketch.assisted_by != Hand.CLIENT, "map.client-assists", "/assisted_by"),
        ),
        *_succession_unmet(sketch, predecessor),
        *(unmet for place, member in enumerate(sketch.members) for unmet in _member_unmet(member, place)),
        *_ties_unmet(sketch),
    ]


def _succession_unmet(sketch: Sketch, predecessor: Predecessor | None) -> list[Unmet]:
    if predecessor is None:
        return []
    return failing(
        (predecessor.is_of_same_client, "map.supersedes-other-client", "/supersedes"),
        (predecessor.drawn_on <= sketch.drawn_on, "map.older-than-superseded", "/drawn_on"),
        (not predecessor.is_superseded, "map.superseded-twice", "/supersedes"),
    )


def _member_unmet(member: Member, place: int) -> list[Unmet]:
    """Those who live under one roof with the client make field 1, those who moved out do not (L2031-2035)."""
    is_core = member.field is Field.CORE_FAMILY
    is_person = member.kind is Kind.PERSON
    return failing(
        (member.lives_with_client or not is_core, "map.core-family-lives-elsewhere", f"/members/{place}/field"),
        (is_core or not member.lives_with_client, "map.housemate-outside-core-family", f"/members/{place}/field"),
        (is_person or member.sex is Sex.UNKNOWN, "map.agency-with-sex", f"/members/{place}/sex"),
        (is_person or not member.lives_with_client, "map.agency-under-roof", f"/members/{place}/kind"),
    )


def _ties_unmet(sketch: Sketch) -> list[Unmet]:
    """A line joins two different members once: "know each other" has no direction (L2022-2024)."""
    found: list[Unmet] = []
    seen: set[frozenset[int]] = set()
    for place, tie in enumerate(sketch.ties):
        ends = frozenset(tie)
        pointer = f"/ties/{place}"
        found += failing(
            (all(0 <= end < len(sketch.members) for end in ends), "map.tie-to-nobody", pointer),
            (len(ends) == 2, "map.tie-to-self", pointer),
            (ends not in seen, "map.tie-drawn-twice", pointer),
        )
        seen.add(ends)
    return found
