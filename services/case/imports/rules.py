"""What becomes of each row of a register, and when rows may come. Pure."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.rules import Unmet, failing

MOST_ROWS = 2_000
"""Of one batch: as many as are done while a caller waits."""


class State(StrEnum):
    """Whether an import takes rows."""

    OPEN = "open"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class OnExisting(StrEnum):
    """What is done with a row of somebody whom the agency's system has linked to a record already."""

    REPORT = "report"
    UPDATE = "update"


class Outcome(StrEnum):
    """What became of a row, or in a dry run would have become of it."""

    CREATED = "created"
    CREATABLE = "creatable"
    UPDATED = "updated"
    UPDATABLE = "updatable"
    UNCHANGED = "unchanged"
    EXISTS = "exists"
    REPEATED = "repeated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come: rows are numbered from 1, in the order of the file."""

    state: State
    next_row: int
    expected_rows: int | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of a batch: the id its record would get, what it claims to be known by, and what is wrong with it.

    `link` is the one of its keys by which the agency's system knows the person.
    """

    client_id: UUID
    keys: Sequence[Hashable] = ()
    errors: Sequence[Any] = ()
    link: Hashable | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Whose a key is already, and whether an earlier row of the same import has brought it."""

    client_id: UUID
    by_this_import: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row, and which record it led to."""

    outcome: Outcome
    client_id: UUID | None = None


def verdicts(
    claims: Iterable[Claim], taken: Mapping[Hashable, Taken], on_existing: OnExisting = OnExisting.REPORT
) -> list[Verdict]:
    """What becomes of each row: of those that claim the same key, the first has it, and the others are repeated.

    Where records are to be updated, each row of somebody who was linked before updates theirs, in the order of the
    file: it is then seen whether it can, and whether it says anything new.
    """
    known = dict(taken)
    return [_verdict(claim, known, on_existing) for claim in claims]


def _verdict(claim: Claim, known: dict[Hashable, Taken], on_existing: OnExisting) -> Verdict:
    if claim.errors:
        return Verdict(Outcome.REFUSED)
    linked = known.get(claim.link) if on_existing is OnExisting.UPDATE else None
    if linked and not linked.by_this_import:
        for key in claim.keys:
            known.setdefault(key, Taken(linked.client_id, by_this_import=True))
        return Verdict(Outcome.UPDATED, linked.client_id)
    for key in claim.keys:
        if holder := known.get(key):
            return Verdict(Outcome.REPEATED if holder.by_this_import else Outcome.EXISTS, holder.client_id)
    known.update(dict.fromkeys(claim.keys, Taken(claim.client_id, by_this_import=True)))
    return Verdict(Outcome.CREATED, claim.client_id)


def in_dry_run(verdict: Verdict) -> Verdict:
    """The same, where nothing is made: no record but one that was there before can be named."""
    match verdict.outcome:
        case Outcome.CREATED:
            return Verdict(Outcome.CREATABLE)
        case Outcome.UPDATED:
            return Verdict(Outcome.UPDATABLE, verdict.client_id)
        case Outcome.EXISTS | Outcome.UNCHANGED:
            return verdict
    return Verdict(verdict.outcome)


def rows_unmet(progress: Progress, first: int, count: int) -> list[Unmet]:
    """Conditions that keep a batch from being taken; rows that are done already may always be sent again."""
    last = first + count - 1
    is_done = last < progress.next_row
    return failing(
        (is_done or progress.state is State.OPEN, "import.ended"),
        (first <= progress.next_row, "import.rows-skipped", "/query/first_row"),
        (is_done or progress.expected_rows is None or last <= progress.expected_rows, "import.too-many-rows"),
    )


def completion_unmet(progress: Progress) -> list[Unmet]:
    """Conditions that keep an import from being completed."""
    expected = progress.expected_rows
    return failing(
        (progress.state is State.OPEN, "import.ended"),
        (expected is None or progress.next_row > expected, "import.rows-missing"),
    )


def abandonment_unmet(progress: Progress) -> list[Unmet]:
    """Conditions that keep an import from being abandoned."""
    return failing((progress.state is State.OPEN, "import.ended"))


def allowed_actions(progress: Progress) -> dict[str, list[Unmet]]:
    """What may be done next with an import."""
    return {
        "rows": rows_unmet(progress, progress.next_row, 1),
        "completion": completion_unmet(progress),
        "abandonment": abandonment_unmet(progress),
    }
