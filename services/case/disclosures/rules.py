"""On which ground an agency may give data to somebody outside. Pure.

Source: handbook 3, section 7: what a record of a disclosure holds, and that the grounds differ by agency (004
L3836-3854, L4295-4298, L4868-4870, L4919-4924, L5971-5972).
"""

from dataclasses import dataclass
from datetime import date

from services.case.profiles.rules import DisclosureGround
from shared.rules import Unmet, failing


@dataclass(frozen=True, slots=True)
class Outward:
    """What the agency's profile says of the ground: whether it has to name a legal code."""

    needs_legal_code: bool


def unmet(
    ground: DisclosureGround,
    outward: Outward | None,
    *,
    legal_code: str | None,
    has_agreement: bool,
    disclosed_on: date,
    today: date,
) -> list[Unmet]:
    """Conditions that keep the disclosure from being recorded; `outward` is none where the profile lacks the ground."""
    coded = outward is None or legal_code is not None or not outward.needs_legal_code
    return failing(
        (outward is not None, "disclosure.ground-not-in-profile", "/ground"),
        (coded, "disclosure.legal-code-missing", "/legal_code"),
        (ground is not DisclosureGround.CONSENT or has_agreement, "disclosure.agreement-missing", "/ground"),
        (disclosed_on <= today, "disclosure.in-the-future", "/disclosed_on"),
    )
