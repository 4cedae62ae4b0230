"""The vocabulary of rules: a decision answers with the conditions that are not met, by code."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that keeps something from being done. Words and source of the code stand in a labels file."""

    code: str
    pointer: str | None = None


def failing(*conditions: tuple[bool, str] | tuple[bool, str, str]) -> list[Unmet]:
    """Those of the conditions that do not hold, each given as (holds, code) or (holds, code, JSON pointer)."""
    return [Unmet(*rest) for holds, *rest in conditions if not holds]
