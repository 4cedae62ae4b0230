"""When what is held of a person may be erased, as a table of conditions."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.case.erasures import rules
from services.case.erasures.rules import SHARED_RECORD, Holding, Reason, Terms
from shared.access.categories import Category
from shared.months import months_after
from tests.case.unmet import codes

TODAY = date(2026, 11, 25)
LONG_AGO = date(2015, 1, 31)
KEEP = dict.fromkeys(Category, 60)
ALONE = Holding(LONG_AGO, needed_by_others=False)
SHARED = replace(ALONE, needed_by_others=True)
TERMS = Terms("tamme", None, None, Reason.NO_LONGER_NEEDED, None)
OWN = replace(TERMS, agency="tamme")
RISK = replace(TERMS, categories=frozenset({Category.RISK}))
ALL = frozenset(Category)


def test_nothing_speaks_against_erasing_what_nobody_needs() -> None:
    assert rules.unmet(TERMS, ALONE, ALL, under_way=False) == []


@pytest.mark.parametrize(
    ("terms", "holding", "over", "under_way", "lacks"),
    [
        (TERMS, replace(ALONE, ended_on=None), set(), False, ["erasure.open-case"]),
        (TERMS, ALONE, ALL - {Category.RISK}, False, ["erasure.period-not-over"]),
        (TERMS, SHARED, ALL, False, ["erasure.needed-by-others"]),
        (TERMS, SHARED, set(), False, ["erasure.needed-by-others"]),
        (OWN, SHARED, ALL, False, ["erasure.needed-by-others"]),
        (RISK, SHARED, ALL, False, ["erasure.whole-by-category", "erasure.needed-by-others"]),
        (TERMS, ALONE, ALL, True, ["erasure.under-way"]),
        (replace(TERMS, agency="probation"), ALONE, ALL, False, ["erasure.not-your-agency"]),
        (RISK, ALONE, ALL, False, ["erasure.whole-by-category"]),
        (replace(TERMS, reason=Reason.UNLAWFUL), ALONE, set(), False, ["erasure.legal-code-missing"]),
        (replace(TERMS, reason=Reason.UNLAWFUL, legal_code="IKS-15"), ALONE, set(), False, []),
        (replace(TERMS, reason=Reason.CONSENT_WITHDRAWN), ALONE, set(), False, []),
        (replace(TERMS, reason=Reason.PERSON_ASKED), ALONE, set(), False, ["erasure.period-not-over"]),
    ],
)
def test_what_keeps_data_from_being_erased(
    terms: Terms, holding: Holding, over: set[Category], under_way: bool, lacks: list[str]
) -> None:
    assert codes(rules.unmet(terms, holding, over, under_way=under_way)) == lacks


def test_the_time_to_keep_counts_from_whatever_came_last() -> None:
    written = {Category.RISK: date(2016, 1, 1), Category.NEEDS: date(2014, 1, 1)}
    found = rules.due(KEEP, replace(ALONE, written_on=written), TODAY)
    assert found[Category.RISK] == date(2021, 1, 1)
    assert found[Category.NEEDS] == found[Category.CASE] == months_after(LONG_AGO, 60)
    assert rules.due(KEEP, replace(ALONE, ended_on=None, written_on=written), TODAY) == {}


def test_own_categories_may_go_while_others_rest_on_the_shared_record() -> None:
    terms = replace(OWN, categories=frozenset({Category.NEEDS}))
    assert rules.unmet(terms, SHARED, {Category.NEEDS}, under_way=False) == []


def test_each_condition_points_at_its_field() -> None:
    odd = replace(RISK, agency="probation", reason=Reason.UNLAWFUL)
    cases = [(odd, ALONE, ALL), (RISK, ALONE, set()), (TERMS, replace(ALONE, ended_on=None), ALL), (TERMS, SHARED, ALL)]
    found = [one for case in cases for one in rules.unmet(*case, under_way=True)]
    assert {one.code: one.pointer for one in found} == {
        "erasure.not-your-agency": "/agency",
        "erasure.whole-by-category": "/categories",
        "erasure.open-case": None,
        "erasure.needed-by-others": None,
        "erasure.period-not-over": "/categories",
        "erasure.legal-code-missing": "/legal_code",
        "erasure.under-way": None,
    }


@pytest.mark.parametrize(
    ("ended_on", "months", "until"),
    [
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2021, 1, 31), 1, date(2021, 2, 28)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2020, 5, 15), 0, date(2020, 5, 15)),
        (date(2020, 12, 1), 60, date(2025, 12, 1)),
    ],
)
def test_until_when_data_are_kept(ended_on: date, months: int, until: date) -> None:
    assert months_after(ended_on, months) == until


@given(ended_on=st.dates(date(2000, 1, 1), date(2100, 1, 1)), months=st.integers(0, 1200))
def test_a_longer_time_never_ends_earlier(ended_on: date, months: int) -> None:
    until = months_after(ended_on, months)
    assert ended_on <= until <= months_after(ended_on, months + 1)


@pytest.mark.parametrize(
    ("holding", "over"),
    [
        (ALONE, ALL),
        (replace(ALONE, ended_on=date(2021, 11, 25)), ALL),
        (replace(ALONE, ended_on=date(2021, 11, 26)), frozenset()),
        (SHARED, ALL - SHARED_RECORD),
        (replace(ALONE, ended_on=None), frozenset()),
        (replace(ALONE, ended_on=TODAY), frozenset()),
    ],
)
def test_which_categories_are_due(holding: Holding, over: frozenset[Category]) -> None:
    assert rules.due(KEEP, holding, TODAY).keys() == over
