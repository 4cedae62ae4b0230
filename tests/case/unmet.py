"""Reading what rules answer."""

from shared.rules import Unmet


def codes(unmet: list[Unmet]) -> list[str]:
    """The codes of unmet conditions, in the order the rule names them."""
    return [condition.code for condition in unmet]
