"""When a record may be closed to all but named officers. Pure.

Source: handbook-1 4.1 R8, 4.3 D3 (L937, confidentiality); that a record can be closed as a whole, for how long and by
whom, is a decision of this system (ADR 14).
"""

from datetime import date

from shared.rules import Unmet, failing


def unmet(*, valid_until: date, today: date, already_closed: bool) -> list[Unmet]:
    """Conditions that keep a record from being closed: for a time that is not over, and by one decision at a time."""
    return failing(
        (not already_closed, "restriction.already-in-force"),
        (valid_until >= today, "restriction.period-over", "/valid_until"),
    )


def change_unmet(*, valid_until: date, today: date, lifted: bool) -> list[Unmet]:
    """Conditions that keep a restriction from being changed: one that was lifted stays so."""
    return failing(
        (not lifted, "restriction.lifted"),
        (valid_until >= today, "restriction.period-over", "/valid_until"),
    )
