"""On which ground an agency may give data to somebody outside. Pure.

Source: handbook 3, section 7: what a record of a disclosure holds, and that the grounds differ by agency (004
L3836-3854, L4295-4298, L4868-4870, L4919-4924, L5971-5972).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.case.profiles.rules import DisclosureGround
from shared.access.categories import Category
from shared.rules import Unmet, failing


@dataclass(frozen=True, slots=True)
class Outward:
    """What the agency's profile says of the ground: whether it has to name a legal code."""

    needs_legal_code: bool


@dataclass(frozen=True, slots=True)
class Given:
    """Which data were given to somebody outside, what for and when."""

    categories: frozenset[Category]
    purpose: str
    on: date


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a cooperation agreement (A2) said on the day of a disclosure, and whether it had been withdrawn."""

    signed_on: date
    categories: frozenset[Category]
    purpose: str
    valid_from: date
    valid_until: date
    withdrawn_on: date | None


def unmet(
    ground: DisclosureGround,
    outward: Outward | None,
    *,
    legal_code: str | None,
    disclosed_on: date,
    today: date,
) -> list[Unmet]:
    """Conditions that keep the disclosure from being recorded; `outward` is none where the profile lacks the ground."""
    coded = outward is None or legal_code is not None or not outward.needs_legal_code
    return failing(
        (outward is not None, "disclosure.ground-not-in-profile", "/ground"),
        (coded, "disclosure.legal-code-missing", "/legal_code"),
        (disclosed_on <= today, "disclosure.in-the-future", "/disclosed_on"),
    )


def agreed(agreements: Mapping[UUID, Agreement], given: Given) -> tuple[UUID | None, list[Unmet]]:
    """The agreement that lets the data out, or comes nearest to it, and what it lacks.

    The form names no third persons: it agrees to passing data on to them "where case management needs it", so the
    categories, the purpose and the day are what it is asked for. Source: 004 form A2 (L5971-5972).
    """
    lacking = {agreement_id: agreement_unmet(agreement, given) for agreement_id, agreement in agreements.items()}
    if not lacking:
        return None, [Unmet("disclosure.agreement-missing", "/ground")]
    nearest = min(lacking, key=lambda agreement_id: len(lacking[agreement_id]))
    return nearest, lacking[nearest]


def agreement_unmet(agreement: Agreement, given: Given) -> list[Unmet]:
    """What an agreement lacks to let the data out. On the day on which it is withdrawn it no longer does."""
    withdrawn = agreement.withdrawn_on is not None and agreement.withdrawn_on <= given.on
    in_force = agreement.valid_from <= given.on <= agreement.valid_until
    return failing(
        (agreement.signed_on <= given.on, "disclosure.agreement-not-signed-yet", "/disclosed_on"),
        (in_force, "disclosure.agreement-not-in-force", "/disclosed_on"),
        (not withdrawn, "disclosure.agreement-withdrawn", "/disclosed_on"),
        (given.categories <= agreement.categories, "disclosure.category-not-agreed", "/categories"),
        (given.purpose == agreement.purpose, "disclosure.purpose-not-agreed", "/purpose"),
    )
