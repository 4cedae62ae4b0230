"""When two records may be made one, what is chosen of which, and when that may be undone. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from shared.rules import Unmet, failing


class Side(StrEnum):
    """One of the two records of a merge."""

    SURVIVOR = "survivor"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the actor may know of a record: whether it is there, has been merged already, is closed, is being erased.

    It is held by an agency that may change its identity, and does not only read it. It has claims while somebody waits
    for an answer to what they asked to have put right.
    """

    visible: bool
    held: bool = True
    merged: bool = False
    restricted: bool = False
    being_erased: bool = False
    has_claims: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the actor sees of a record: values by JSON pointer, and what bears on whether it is one person's."""

    values: Mapping[str, Any]
    has_personal_code: bool
    agencies_at_work: frozenset[str]

    def tells(self, pointer: str, other: "Facts") -> bool:
        """Whether a field can be seen of both records."""
        return pointer in self.values and pointer in other.values


BIRTH = "/identity/date_of_birth"


def unmet(survivor: Standing, merged: Standing, *, are_one: bool) -> list[Unmet]:
    """Conditions that keep two records from being merged; empty when they may be.

    Source: one client record keyed by the person (K:1776-1788); whoever joins two must hold both: a consent
    lets others' data be read (004 L3836-3854).
    """
    return failing(
        (not are_one, "merge.same-record", "/merged_id"),
        (survivor.visible, "merge.not-visible", "/survivor_id"),
        (merged.visible, "merge.not-visible", "/merged_id"),
        (survivor.held, "client.for-reading-only", "/survivor_id"),
        (merged.held, "client.for-reading-only", "/merged_id"),
        (not survivor.merged, "merge.already-merged", "/survivor_id"),
        (not merged.merged, "merge.already-merged", "/merged_id"),
        (not survivor.restricted, "merge.restricted", "/survivor_id"),
        (not merged.restricted, "merge.restricted", "/merged_id"),
        (not survivor.being_erased, "merge.erasure-under-way", "/survivor_id"),
        (not merged.being_erased, "merge.erasure-under-way", "/merged_id"),
        (not merged.has_claims, "merge.rectification-open", "/merged_id"),
    )


def choices_unmet(choices: Mapping[str, Side], survivor: Facts, merged: Facts, fields: Collection[str]) -> list[Unmet]:
    """Choices that cannot be made: of what is no field, of what the actor does not see, against a personal code."""
    lacks = []
    for pointer in sorted(choices):
        seen = survivor.tells(pointer, merged)
        place = f"/choices/{pointer.replace('~', '~0').replace('/', '~1')}"
        lacks += failing(
            (pointer in fields, "merge.choice-unknown", place),
            (pointer not in fields or seen, "merge.choice-not-seen", place),
            (
                not seen or pointer != BIRTH or not _contradicts_code(choices, survivor, merged),
                "merge.birth-date-of-code",
                place,
            ),
        )
    return lacks


def _contradicts_code(choices: Mapping[str, Side], survivor: Facts, merged: Facts) -> bool:
    differs = survivor.values[BIRTH] != merged.values[BIRTH]
    return differs and choices[BIRTH] is not (_side_of_code(survivor, merged) or choices[BIRTH])


def _side_of_code(survivor: Facts, merged: Facts) -> Side | None:
    """Whose personal code the record will have, if it will have one."""
    if survivor.has_personal_code:
        return Side.SURVIVOR
    return Side.MERGED if merged.has_personal_code else None


def with_birth_date(choices: Mapping[str, Side], survivor: Facts, merged: Facts) -> dict[str, Side]:
    """The choices, and with them the date of birth of the record whose personal code will stand.

    Source: the Estonian personal code holds the date of birth (EVS 585:2007).
    """
    side = _side_of_code(survivor, merged)
    return {**choices, **({BIRTH: side} if side else {})}


def taken(choices: Mapping[str, Side], survivor: Facts, merged: Facts) -> dict[str, Any]:
    """The values of the merged record that were chosen and differ from the survivor's, by JSON pointer."""
    return {
        pointer: merged.values[pointer]
        for pointer, side in choices.items()
        if side is Side.MERGED and merged.values[pointer] != survivor.values[pointer]
    }


def warnings(survivor: Facts, merged: Facts) -> list[str]:
    """What speaks for looking twice before two records are made one."""
    born: set[date | None] = {survivor.values[BIRTH], merged.values[BIRTH]} - {None}
    doubts = failing(
        (survivor.agencies_at_work.isdisjoint(merged.agencies_at_work), "merge.two-open-cases"),
        (not (survivor.has_personal_code and merged.has_personal_code), "merge.two-personal-codes"),
        (len(born) < 2, "merge.birth-dates-differ"),
    )
    return [doubt.code for doubt in doubts]


def reversal_unmet(*, undone: bool, survivor_merged: bool, is_latest: bool) -> list[Unmet]:
    """Conditions that keep a merge from being undone; merges are undone in the reverse of their order."""
    return failing(
        (not undone, "merge.already-undone"),
        (not survivor_merged, "merge.survivor-merged"),
        (undone or is_latest, "merge.not-latest"),
    )


def taking_back_unmet(survivor: Standing, *, taken_seen: bool) -> list[Unmet]:
    """Conditions that keep this actor from undoing a merge: values cannot be put back by who may not see them.

    A record that was closed to all but named officers would open by half if it were parted.
    """
    return failing(
        (survivor.visible, "merge.not-visible"),
        (survivor.held, "client.for-reading-only"),
        (not survivor.restricted, "merge.restricted"),
        (taken_seen or not survivor.visible, "merge.choice-not-seen"),
    )
