"""When an agency may see others' data on a legal code. Pure.

Source: the right to additional data and that the client is told before, 004 L3788-3793; that officials may be entitled
by law, L3847-3854. The codes stand in the agency's profile.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from shared.access.categories import Category
from shared.rules import Unmet, failing


@dataclass(frozen=True, slots=True)
class Code:
    """What a legal code of the agency's profile opens, and whether the client is told before."""

    categories: frozenset[Category]
    client_told_beforehand: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What an officer wants to see, whose rows, with which reason, and since when the client knows."""

    categories: frozenset[Category]
    holder: str | None
    reason: str | None
    client_told_on: date | None


def unmet(
    claim: Claim,
    code: Code | None,
    *,
    asking: str,
    has_case: bool,
    holder_known: bool,
    kept_back: Collection[Category],
    today: date,
) -> list[Unmet]:
    """Conditions that keep the code from opening this; `kept_back` is what the holder's profile never lets go."""
    told = claim.client_told_on is not None and claim.client_told_on <= today
    return failing(
        (code is not None, "statute.code-not-in-profile", "/legal_code"),
        (has_case, "statute.no-open-case"),
        (bool(claim.reason), "statute.reason-missing", "/reason"),
        (holder_known, "statute.holder-unknown", "/holder"),
        (claim.holder != asking, "statute.holder-is-claimant", "/holder"),
        (code is None or told or not code.client_told_beforehand, "statute.client-not-told", "/client_told_on"),
        (code is None or claim.categories <= code.categories, "statute.category-not-opened", "/categories"),
        (claim.categories.isdisjoint(kept_back), "statute.category-closed", "/categories"),
    )
