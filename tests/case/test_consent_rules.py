"""When a consent may be offered, signed and narrowed, and who signs it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.case.clients.rules import LegalCapacity
from services.case.consents import rules
from services.case.consents.rules import IN_FORCE, NOT_BY_CONSENT, Ages, ConsentState, Signing, Terms
from services.case.profiles.rules import Signer
from services.case.profiles.store import law
from shared.access.categories import Category
from shared.rules import Unmet
from tests.case.unmet import codes

TODAY = date(2026, 3, 2)
TERMS = Terms("unemployment-fund", frozenset({Category.NEEDS}), TODAY, TODAY + timedelta(days=180))
FULL, RESTRICTED, NONE = LegalCapacity.FULL, LegalCapacity.RESTRICTED, LegalCapacity.NONE
AGES = Ages(restricted=7, majority=18, before=NONE)
CLIENT, REPRESENTATIVE = Signer.CLIENT, Signer.REPRESENTATIVE

categories = st.frozensets(st.sampled_from(Category), min_size=1)
days = st.dates(TODAY - timedelta(days=400), TODAY + timedelta(days=400))


def unmet(terms: Terms = TERMS, **facts: Any) -> list[Unmet]:
    """What keeps the terms from being signed by the municipality, which has a case."""
    return rules.terms_unmet(terms, **{"asking": "tamme", "has_case": True, "closed": [], "today": TODAY, **facts})


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


@pytest.mark.parametrize(
    ("age", "decided", "expected"),
    [
        (0, None, NONE),
        (6, None, NONE),
        (7, None, RESTRICTED),
        (17, None, RESTRICTED),
        (18, None, FULL),
        (90, None, FULL),
        (None, None, FULL),
        (40, RESTRICTED, RESTRICTED),
        (40, NONE, NONE),
        (40, FULL, FULL),
        (None, NONE, NONE),
        (10, NONE, NONE),
        (10, FULL, RESTRICTED),
        (5, FULL, NONE),
    ],
)
def test_capacity_by_age_and_by_what_a_court_decided(
    age: int | None, decided: LegalCapacity | None, expected: LegalCapacity
) -> None:
    assert rules.capacity(age, decided, AGES) is expected


def test_the_ages_of_law_are_those_of_the_handbook() -> None:
    figures = law()
    assert (figures.restricted_capacity_age.value, figures.majority_age.value) == (7, 18)
    assert figures.signers == {FULL: [CLIENT], RESTRICTED: [CLIENT, REPRESENTATIVE], NONE: [REPRESENTATIVE]}


@pytest.mark.parametrize(
    ("capacity", "signers", "lacking"),
    [
        (FULL, {CLIENT}, []),
        (FULL, {CLIENT, REPRESENTATIVE}, []),
        (FULL, {REPRESENTATIVE}, ["consent.client-signature-missing"]),
        (RESTRICTED, {CLIENT, REPRESENTATIVE}, []),
        (RESTRICTED, {CLIENT}, ["consent.representative-missing"]),
        (RESTRICTED, {REPRESENTATIVE}, ["consent.client-signature-missing"]),
        (NONE, {REPRESENTATIVE}, []),
        (NONE, {CLIENT}, ["consent.representative-missing"]),
    ],
)
def test_who_signs_by_the_capacity_of_the_client(
    capacity: LegalCapacity, signers: set[Signer], lacking: list[str]
) -> None:
    needed = law().signers[capacity]
    assert codes(rules.signing_unmet(Signing(needed, signers, representative_on_record=True))) == lacking


def test_a_representative_stands_on_the_record() -> None:
    unknown = Signing([REPRESENTATIVE], {REPRESENTATIVE}, representative_on_record=False)
    assert codes(rules.signing_unmet(unknown)) == ["consent.representative-not-on-record"]
    assert rules.signing_unmet(Signing([CLIENT], {CLIENT}, representative_on_record=False)) == []


def test_what_ended_a_consent_counts_before_what_it_was() -> None:
    seen = {}
    for signed, narrowed, withdrawn, expired in product((False, True), repeat=4):
        state = rules.state_of(signed=signed, narrowed=narrowed, withdrawn=withdrawn, expired=expired)
        seen[signed, narrowed, withdrawn, expired] = state
    assert {state for facts, state in seen.items() if facts[2]} == {ConsentState.WITHDRAWN}
    assert {state for facts, state in seen.items() if not facts[2] and facts[3]} == {ConsentState.EXPIRED}
    assert seen[True, True, False, False] is ConsentState.NARROWED
    assert seen[True, False, False, False] is ConsentState.SIGNED
    assert seen[False, False, False, False] is ConsentState.OFFERED


@pytest.mark.parametrize("state", ConsentState)
def test_only_an_offer_is_signed_and_only_what_is_in_force_is_narrowed_or_withdrawn(state: ConsentState) -> None:
    less = replace(TERMS, valid_until=TODAY)
    offered = rules.offer_unmet(state, TERMS.valid_until, has_case=True, today=TODAY)
    assert (offered == []) == (state is ConsentState.OFFERED)
    assert (rules.narrowing_unmet(state, TERMS, less, TODAY) == []) == (state in IN_FORCE)
    assert (rules.withdrawal_unmet(state) == []) == (state in IN_FORCE)


def test_an_offer_whose_time_is_over_or_whose_agency_has_no_case_is_not_signed() -> None:
    yesterday = TODAY - timedelta(days=1)
    lacking = rules.offer_unmet(ConsentState.OFFERED, yesterday, has_case=False, today=TODAY)
    assert codes(lacking) == ["consent.no-open-case", "consent.period-over"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"categories": frozenset({Category.HEALTH})}, "consent.wider"),
        ({"categories": frozenset({Category.NEEDS, Category.HEALTH})}, "consent.wider"),
        ({"categories": frozenset()}, "consent.no-category"),
        ({"valid_until": TERMS.valid_until + timedelta(days=1)}, "consent.longer"),
        ({"valid_until": TODAY - timedelta(days=1)}, "consent.period-over"),
        ({}, "consent.nothing-narrowed"),
    ],
)
def test_a_consent_is_only_ever_narrowed_to_less(change: dict[str, Any], code: str) -> None:
    wanted = replace(TERMS, **change)
    assert codes(rules.narrowing_unmet(ConsentState.SIGNED, TERMS, wanted, TODAY)) == [code]


@given(categories, categories, days, days)
def test_what_a_narrowed_consent_opens_was_open_before(
    before: frozenset[Category], after: frozenset[Category], ends: date, earlier: date
) -> None:
    present = replace(TERMS, valid_from=TODAY - timedelta(days=400), categories=before, valid_until=ends)
    wanted = replace(present, categories=after, valid_until=earlier)
    if not rules.narrowing_unmet(ConsentState.SIGNED, present, wanted, TODAY):
        assert after <= before
        assert TODAY <= earlier <= ends
        assert (after, earlier) != (before, ends)
