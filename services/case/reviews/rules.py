"""Who reviews a danger claim. Pure.

That a supervisor reviews every claim is a decision of this system (ADR 14); the sources ask for a justification only.
"""

from shared.rules import Unmet, failing


def unmet(*, decided: bool, claimed_by: str, deciding: str) -> list[Unmet]:
    """Conditions that keep an officer from deciding: once only, and never on a claim of their own."""
    return failing(
        (not decided, "review.already-decided"),
        (claimed_by != deciding, "review.own-claim"),
    )
