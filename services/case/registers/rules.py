"""When an officer may look a person up in an outside register."""

from shared.rules import Unmet, failing


def look_up_unmet(*, has_open_case: bool, purpose: str | None, has_personal_code: bool) -> list[Unmet]:
    """Conditions that keep an officer from looking a person up: a case, a purpose said, a code to look by."""
    return failing(
        (has_open_case, "look-up.no-open-case"),
        (purpose is not None, "look-up.purpose-missing"),
        (has_personal_code, "look-up.no-personal-code"),
    )
