"""When a client joins or leaves a household."""

from datetime import date
from typing import Any

import pytest

from services.case.clients.rules import Hold
from services.case.households import rules
from shared.access.categories import Category
from tests.case.unmet import codes

YESTERDAY, TODAY, TOMORROW = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
OWN, SHARED, NONE = Hold(own=True), Hold(own=False, shared={Category.IDENTITY}), Hold(own=False)


@pytest.mark.parametrize(
    ("hold", "since", "lives_in_one", "lacking"),
    [
        (OWN, TODAY, False, []),
        (SHARED, YESTERDAY, False, []),
        (NONE, TODAY, False, ["client.no-open-case"]),
        (OWN, TODAY, True, ["household.lives-in-another"]),
        (OWN, TOMORROW, False, ["household.in-the-future"]),
    ],
)
def test_joining(hold: Hold, since: date, lives_in_one: bool, lacking: list[str]) -> None:
    assert codes(rules.joining_unmet(hold, since, TODAY, lives_in_one=lives_in_one)) == lacking


@pytest.mark.parametrize(
    ("change", "lacking"),
    [
        ({}, []),
        ({"until": YESTERDAY}, []),
        ({"own": False}, ["client.for-reading-only"]),
        ({"has_left": True}, ["household.left-already"]),
        ({"since": TODAY, "until": YESTERDAY}, ["household.left-before-joining"]),
        ({"until": TOMORROW}, ["household.in-the-future"]),
    ],
)
def test_leaving(change: dict[str, Any], lacking: list[str]) -> None:
    facts: dict[str, Any] = {"since": YESTERDAY, "until": TODAY, "today": TODAY, "own": True, "has_left": False}
    assert codes(rules.leaving_unmet(**facts | change)) == lacking
