"""What may be done next: each action of a resource, allowed or with the conditions it still lacks."""

from collections.abc import Mapping, Sequence
from typing import Self

from shared.http.problems import UnmetCondition
from shared.http.schemas import Schema
from shared.labels import Labels, Language
from shared.rules import Unmet


class Action(Schema):
    """Something that may be done next, or the conditions that keep it from being done."""

    action: str
    allowed: bool
    unmet: list[UnmetCondition]

    @classmethod
    def of(cls, action: str, unmet: Sequence[Unmet], labels: Labels, language: Language) -> Self:
        """The action with its unmet conditions in words."""
        return cls(action=action, allowed=not unmet, unmet=in_words(unmet, labels, language))


def actions(allowed: Mapping[str, Sequence[Unmet]], labels: Labels, language: Language) -> list[Action]:
    """Every action of a resource, from what its rules say of each."""
    return [Action.of(action, unmet, labels, language) for action, unmet in allowed.items()]


def in_words(unmet: Sequence[Unmet], labels: Labels, language: Language) -> list[UnmetCondition]:
    """Unmet conditions with their words and sources."""
    return [UnmetCondition.of(lack, labels, language) for lack in unmet]
