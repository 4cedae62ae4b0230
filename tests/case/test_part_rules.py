"""Who may put a relation or an earlier assessment on a record, and how many there may be."""

import pytest

from services.case.clients.rules import Hold
from services.case.parts import rules
from services.case.parts.rules import MOST_PARTS
from shared.access.categories import Category
from tests.case.unmet import codes


@pytest.mark.parametrize(
    ("hold", "present", "lacking"),
    [
        (Hold(own=True), 0, []),
        (Hold(own=False, shared={Category.IDENTITY, Category.CONTACT}), MOST_PARTS - 1, []),
        (Hold(own=False), 0, ["client.no-open-case"]),
        (Hold(own=True), MOST_PARTS, ["client.too-many-parts"]),
    ],
)
def test_parts_are_added_to_the_own_record_or_within_a_case(hold: Hold, present: int, lacking: list[str]) -> None:
    assert codes(rules.addition_unmet(hold, present)) == lacking
