"""When danger opens others' data without consent. Pure.

Source: danger to another's life or health, or a crime (municipality, 004 L3836-3840); to the client's own (unemployment
fund, L4295-4298); to others or the client (probation, L4919-4924). The kinds stand in the agency's profile, since the
sources differ. That what a holder keeps back stays closed, and that only a legal code delays telling, are decisions of
this system (ADR 14).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

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
    delays: Mapping[str, int],
    kept_back: Collection[Category],
    today: date,
) -> list[Unmet]:
    """Conditions that keep the danger from opening this; `kept_back` is what the holder's profile never lets go.

    `delays` tells of each legal code of the profile for how many days at the most the client is not told.
    """
    longest = timedelta(days=delays.get(delay.legal_code, 0)) if delay else timedelta()
    return failing(
        (kind in kinds, "danger.kind-not-in-profile", "/kind"),
        (categories.isdisjoint(kept_back), "danger.category-closed", "/categories"),
        (delay is None or delay.legal_code in delays, "danger.delay-not-in-profile", "/delay/legal_code"),
        (delay is None or delay.until >= today, "danger.delay-over", "/delay/until"),
        (
            delay is None or delay.legal_code not in delays or delay.until - today <= longest,
            "danger.delay-too-long",
            "/delay/until",
        ),
    )
