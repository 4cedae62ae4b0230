"""When a consent (nõusolek) may be signed and what it opens. Pure: no database, no clock, no I/O."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from shared.access.categories import Category
from shared.rules import Unmet, failing

NOT_BY_CONSENT = frozenset({Category.EXISTENCE})
"""Categories that are opened by other grounds only."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a client agrees to: who may see which categories, and until when."""

    grantee: str
    categories: frozenset[Category]
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Giver:
    """Who agrees: the client, grown up or not, and whoever signs for them."""

    of_age: bool
    signed_by_representative: bool


def unmet(
    terms: Terms, giver: Giver, *, asking: str, has_case: bool, closed: Collection[Category], today: date
) -> list[Unmet]:
    """Conditions that keep these terms from being signed; empty when they can be.

    Source: 004 form A2 (L5966-5997); capacity, 004 L540-549. Closed categories come from the agency's profile.
    """
    return failing(
        (has_case, "consent.no-open-case"),
        (terms.grantee != asking, "consent.grantee-is-giver", "/grantee"),
        (bool(terms.categories), "consent.no-category", "/categories"),
        (terms.categories.isdisjoint({*closed, *NOT_BY_CONSENT}), "consent.category-closed", "/categories"),
        (terms.valid_from <= terms.valid_until, "consent.period-reversed", "/valid_until"),
        (terms.valid_until >= today, "consent.period-over", "/valid_until"),
        (giver.of_age or giver.signed_by_representative, "consent.representative-missing", "/representative"),
    )
