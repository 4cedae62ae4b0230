"""When danger opens others' data without consent. Pure.

Source: danger to another's life or health, or a crime (municipality, 004 L3836-3840); to the client's own (unemployment
fund, L4295-4298); to others or the client (probation, L4919-4924). The kinds stand in the agency's profile, since the
sources differ. That what a holder keeps back stays closed, and that only a legal code delays telling, are decisions of
this system (ADR 14).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.case.profiles.rules import DangerKind
from shared.access.categories import Category
from shared.rules import Unmet, failing


@dataclass(frozen=True, slots=True)
class Delay:
    """That telling the client waits: on which legal code, and until the end of which day."""

    legal_code: str
    until: date


def unmet(
    kind: DangerKind,
    categories: frozenset[Category],
    delay: Delay | None,
    *,
    kinds: Collection[DangerKind],
    longest: date | None,
    holder_known: bool,
    kept_back: Collection[Category],
    today: date,
) -> list[Unmet]:
    """Conditions that keep the danger from opening this; `kept_back` is what the holder's profile never lets go.

    `longest` is the last day of the longest delay on the code named, if it is one of the claimant's profile.
    """
    return failing(
        (kind in kinds, "danger.kind-not-in-profile", "/kind"),
        (holder_known, "danger.holder-unknown", "/holder"),
        (categories.isdisjoint(kept_back), "danger.category-closed", "/categories"),
        (delay is None or longest is not None, "danger.delay-not-in-profile", "/delay/legal_code"),
        (delay is None or delay.until >= today, "danger.delay-over", "/delay/until"),
        (delay is None or longest is None or delay.until <= longest, "danger.delay-too-long", "/delay/until"),
    )


def last_day_untold(delay: Delay, *, longest: date, today: date) -> date:
    """The last day on which the client does not know of a claim with this delay, not even that it was refused."""
    return delay.until if today <= delay.until <= longest else longest
