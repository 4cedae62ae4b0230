"""When a client joins or leaves a household. Pure."""

from datetime import date

from services.case.clients.rules import Hold
from shared.rules import Unmet, failing


def joining_unmet(hold: Hold, since: date, today: date, *, lives_in_one: bool) -> list[Unmet]:
    """Conditions that keep a client from joining a household. Source: 004 L3764-3773 (with whom the client lives)."""
    return failing(
        (hold.own or bool(hold.shared), "client.no-open-case", "/client_id"),
        (not lives_in_one, "household.lives-in-another", "/client_id"),
        (since <= today, "household.in-the-future", "/since"),
    )


def leaving_unmet(since: date, until: date, today: date, *, own: bool, has_left: bool) -> list[Unmet]:
    """Conditions that keep a member from leaving; whoever recorded the member says so. Source: as for joining."""
    return failing(
        (own, "client.for-reading-only"),
        (not has_left, "household.left-already"),
        (since <= until, "household.left-before-joining", "/until"),
        (until <= today, "household.in-the-future", "/until"),
    )
