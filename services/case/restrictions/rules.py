"""When a record may be closed to all but named officers. Pure.

Source: handbook-1 4.1 R8, 4.3 D3 (L937, confidentiality); that a record can be closed as a whole, for how long and by
whom, is a decision of this system (ADR 14).
"""

from datetime import date

from shared.rules import Unmet, failing


def unmet(*, answers_for_client: bool, valid_until: date, today: date, already_closed: bool) -> list[Unmet]:
    """Conditions that keep a record from being closed: for a time that is not over, and by one decision at a time.

    Whoever is only let into a part of the record does not decide who else is: the agency has registered the person, or
    has an open case.
    """
    return failing(
        (answers_for_client, "restriction.no-open-case"),
        (not already_closed, "restriction.already-in-force"),
        (valid_until >= today, "restriction.period-over", "/valid_until"),
    )


def change_unmet(*, valid_until: date, today: date, lifted: bool) -> list[Unmet]:
    """Conditions that keep a restriction from being changed: one that was lifted stays so."""
    return failing(
        (not lifted, "restriction.lifted"),
        (valid_until >= today, "restriction.period-over", "/valid_until"),
    )
