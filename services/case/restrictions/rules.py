"""When a record may be closed to all but named officers. Pure.

Source: handbook-1 4.1 R8, 4.3 D3 (L937, confidentiality); that a record can be closed as a whole, for how long and by
whom, is a decision of this system (ADR 14).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.rules import Unmet, failing


@dataclass(frozen=True, slots=True)
class Closing:
    """Until which day a record is to be closed, and which of the officers named are of agencies that there are not."""

    valid_until: date
    strangers: Iterable[int] = ()


def unmet(closing: Closing, *, held: bool, closed: bool, today: date, longest: date) -> list[Unmet]:
    """Conditions that keep a record from being closed: by who holds it, one decision at a time, for a bounded time.

    An agency holds a record that is its own, or with whose client it has an open case: whoever only reads it on a
    consent cannot shut out those who keep it. `longest` is the last day that the agency's profile lets it close one.
    """
    return failing(
        (held, "restriction.no-open-case"),
        (not closed, "restriction.already-in-force"),
        *((False, "restriction.agency-unknown", f"/officers/{place}/agency") for place in closing.strangers),
        (closing.valid_until >= today, "restriction.period-over", "/valid_until"),
        (closing.valid_until <= longest, "restriction.too-long", "/valid_until"),
    )


def change_unmet(*, lifted: bool, valid_until: date, today: date) -> list[Unmet]:
    """Conditions that keep a restriction from being changed: one that was lifted, or whose time is over, stays so."""
    return failing(
        (not lifted, "restriction.lifted"),
        (lifted or valid_until >= today, "restriction.over"),
    )
