"""When a consent may be signed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.case.consents import rules
from services.case.consents.rules import NOT_BY_CONSENT, Giver, Terms
from shared.access.categories import Category
from shared.rules import Unmet
from tests.case.unmet import codes

TODAY = date(2026, 3, 2)
TERMS = Terms("unemployment-fund", frozenset({Category.NEEDS}), TODAY, TODAY + timedelta(days=180))
GROWN_UP = Giver(of_age=True, signed_by_representative=False)

categories = st.frozensets(st.sampled_from(Category), min_size=1)
days = st.dates(TODAY - timedelta(days=400), TODAY + timedelta(days=400))


def unmet(terms: Terms = TERMS, giver: Giver = GROWN_UP, **facts: Any) -> list[Unmet]:
    """What keeps the terms from being signed by the municipality, which has a case."""
    return rules.unmet(terms, giver, **{"asking": "tamme", "has_case": True, "closed": [], "today": TODAY, **facts})


def test_terms_that_can_be_signed() -> None:
    assert unmet() == []


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"grantee": "tamme"}, "consent.grantee-is-giver", "/grantee"),
        ({"categories": frozenset()}, "consent.no-category", "/categories"),
        ({"categories": frozenset({Category.EXISTENCE})}, "consent.category-closed", "/categories"),
        ({"categories": frozenset({Category.NEEDS, Category.RISK})}, "consent.category-closed", "/categories"),
        ({"valid_from": TODAY + timedelta(days=181)}, "consent.period-reversed", "/valid_until"),
        (
            {"valid_from": TODAY - timedelta(days=9), "valid_until": TODAY - timedelta(days=1)},
            "consent.period-over",
            "/valid_until",
        ),
    ],
)
def test_terms_that_cannot_be_signed(change: dict[str, Any], code: str, pointer: str) -> None:
    assert unmet(replace(TERMS, **change), closed=[Category.RISK]) == [Unmet(code, pointer)]


def test_an_agency_without_a_case_signs_nothing() -> None:
    assert codes(unmet(has_case=False)) == ["consent.no-open-case"]


@pytest.mark.parametrize(
    ("of_age", "represented", "lacking"),
    [
        (True, False, []),
        (True, True, []),
        (False, True, []),
        (False, False, ["consent.representative-missing"]),
    ],
)
def test_a_minor_needs_a_representative(of_age: bool, represented: bool, lacking: list[str]) -> None:
    assert codes(unmet(giver=Giver(of_age, represented))) == lacking


def test_a_consent_may_end_today_and_may_begin_later() -> None:
    assert unmet(replace(TERMS, valid_until=TODAY)) == []
    assert unmet(replace(TERMS, valid_from=TODAY + timedelta(days=30))) == []


@given(categories, categories)
def test_a_closed_category_is_never_opened(asked: frozenset[Category], closed: frozenset[Category]) -> None:
    refused = "consent.category-closed" in codes(unmet(replace(TERMS, categories=asked), closed=closed))
    assert refused == bool(asked & (closed | NOT_BY_CONSENT))


@given(days, days)
def test_what_can_be_signed_is_in_force_on_some_day_from_today(start: date, end: date) -> None:
    signable = not unmet(replace(TERMS, valid_from=start, valid_until=end))
    assert signable == (max(start, TODAY) <= end)
