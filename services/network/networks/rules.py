"""What a network's charter must hold, and what in it deserves a second look. Pure: no database, no clock, no I/O."""

from dataclasses import dataclass

from shared.rules import Unmet, failing

WORKING_DAYS_A_WEEK = 5
DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What of a charter the rules look at."""

    goals: int
    members: int
    age_from: int | None = None
    age_to: int | None = None
    levels: tuple[str, ...] = ()
    notice_days: int | None = None
    materials_working_days: int | None = None
    copies: int | None = None
    signatories: int = 0


def unmet(outline: Outline) -> list[Unmet]:
    """Conditions that keep a charter from being kept; empty when it can be.

    Source: 004 chapter V, networks link people or groups (L1923-1925), a goal shows the direction (L2126-2128).
    """
    return failing(
        (outline.goals > 0, "network.goal-missing"),
        (outline.members > 1, "network.members-too-few", "/members"),
        (_in_order(outline.age_from, outline.age_to), "network.ages-reversed", "/target_group/age_to"),
        (len(set(outline.levels)) == len(outline.levels), "network.matrix-level-twice", "/matrix"),
    )


def remarks(outline: Outline) -> list[str]:
    """Codes of what members should settle, none of which keeps the charter from being kept.

    Source: copies and signatories differ in 004 annex 2.3 (L6995-7005); papers fall due when notice is given in
    annex 2.7 (L7449-7469).
    """
    found = failing(
        (outline.copies in (None, outline.signatories), "network.copies-differ-from-signatories"),
        (not _papers_before_notice(outline), "network.papers-due-before-notice"),
    )
    return [remark.code for remark in found]


def _in_order(first: int | None, last: int | None) -> bool:
    return first is None or last is None or first <= last


def _papers_before_notice(outline: Outline) -> bool:
    """Counted without holidays, which only move papers further ahead."""
    if outline.notice_days is None or outline.materials_working_days is None:
        return False
    return outline.materials_working_days * DAYS_A_WEEK >= outline.notice_days * WORKING_DAYS_A_WEEK
