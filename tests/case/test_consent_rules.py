"""When a consent may be offered, signed and narrowed, and who signs it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.case.clients.rules import LegalCapacity, age_on
from services.case.consents import rules
from services.case.consents.rules import IN_FORCE, NOT_BY_CONSENT, Ages, ConsentState, Signing, Terms
from services.case.parts.rules import RepresentationBasis
from services.case.profiles.rules import Represented, Signer
from services.case.profiles.store import law
from shared.access.categories import Category
from shared.rules import Unmet
from tests.case.unmet import codes

TODAY = date(2026, 3, 2)
TERMS = Terms("unemployment-fund", frozenset({Category.NEEDS}), TODAY, TODAY + timedelta(days=180))
FULL, RESTRICTED, NONE = LegalCapacity.FULL, LegalCapacity.RESTRICTED, LegalCapacity.NONE
AGES = Ages(restricted=7, majority=18, before=NONE, unknown=FULL)
CLIENT, REPRESENTATIVE = Signer.CLIENT, Signer.REPRESENTATIVE
MOTHER, FRIEND = UUID(int=1), UUID(int=2)
PARENT, AUTHORISATION = RepresentationBasis.PARENT, RepresentationBasis.AUTHORISATION
SIGNING = Signing(
    needed=[CLIENT],
    signers={CLIENT},
    signed_on=TODAY,
    by_the_person=False,
    named=frozenset(),
    on_record={},
    entitling=[PARENT],
)
BY_MOTHER = replace(SIGNING, needed=[REPRESENTATIVE], signers={REPRESENTATIVE}, on_record={MOTHER: PARENT})

categories = st.frozensets(st.sampled_from(Category), min_size=1)
days = st.dates(TODAY - timedelta(days=400), TODAY + timedelta(days=400))


def unmet(terms: Terms = TERMS, **facts: Any) -> list[Unmet]:
    """What keeps the terms from being signed by the municipality, which has a case."""
    usual = {"asking": "tamme", "has_case": True, "grantee_known": True, "has_notice": True}
    return rules.terms_unmet(terms, **{**usual, "closed": [], "today": TODAY, **facts})


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


@pytest.mark.parametrize(
    ("lacking", "condition"),
    [
        ("has_case", Unmet("consent.no-open-case")),
        ("has_notice", Unmet("consent.no-notice")),
        ("grantee_known", Unmet("consent.grantee-unknown", "/grantee")),
    ],
)
def test_without_a_case_a_notice_or_a_grantee_whom_sidus_knows_nothing_is_signed(
    lacking: str, condition: Unmet
) -> None:
    assert unmet(TERMS, **{lacking: False}) == [condition]


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


def test_what_somebody_of_unknown_age_may_do_is_configured() -> None:
    assert rules.capacity(None, None, replace(AGES, unknown=NONE)) is NONE
    assert rules.capacity(None, None, replace(AGES, unknown=RESTRICTED)) is RESTRICTED


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        (date(2008, 3, 2), date(2026, 3, 1), RESTRICTED),
        (date(2008, 3, 2), date(2026, 3, 2), FULL),
        (date(2019, 3, 2), date(2026, 3, 1), NONE),
        (date(2019, 3, 2), date(2026, 3, 2), RESTRICTED),
        (date(2008, 2, 29), date(2026, 2, 28), RESTRICTED),
        (date(2008, 2, 29), date(2026, 3, 1), FULL),
        (date(2020, 2, 29), date(2027, 2, 28), NONE),
        (date(2020, 2, 29), date(2027, 3, 1), RESTRICTED),
        (date(2008, 2, 29), date(2028, 2, 28), FULL),
        (date(2010, 2, 28), date(2028, 2, 28), FULL),
        (date(2010, 3, 1), date(2028, 2, 29), RESTRICTED),
    ],
)
def test_capacity_changes_on_the_seventh_and_the_eighteenth_birthday(
    born: date, day: date, expected: LegalCapacity
) -> None:
    assert rules.by_age(age_on(born, day), AGES) is expected


@pytest.mark.parametrize(
    ("age", "capacity", "expected"),
    [
        (5, NONE, Represented.MINOR),
        (17, RESTRICTED, Represented.MINOR),
        (17, NONE, Represented.MINOR),
        (18, RESTRICTED, Represented.WARD),
        (60, NONE, Represented.WARD),
        (60, FULL, Represented.CAPABLE),
        (None, NONE, Represented.WARD),
        (None, FULL, Represented.CAPABLE),
    ],
)
def test_for_whom_a_representative_signs(age: int | None, capacity: LegalCapacity, expected: Represented) -> None:
    assert rules.represented(age, capacity, AGES) is expected


@pytest.mark.parametrize(
    ("represented", "entitled"),
    [
        (Represented.MINOR, {"parent", "guardian", "court"}),
        (Represented.WARD, {"guardian", "court"}),
        (Represented.CAPABLE, {"authorisation", "guardian", "court"}),
    ],
)
def test_on_which_basis_somebody_signs_for_whom(represented: Represented, entitled: set[str]) -> None:
    assert set(law().representatives[represented].bases) == entitled


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
    signing = replace(BY_MOTHER, needed=law().signers[capacity], signers=signers)
    assert rules.signing_unmet(signing, TODAY) == [Unmet(code, "/signatures") for code in lacking]


@pytest.mark.parametrize(
    ("change", "lacking"),
    [
        ({}, []),
        ({"named": {MOTHER}}, []),
        ({"on_record": {}}, ["consent.representative-not-on-record"]),
        ({"named": {FRIEND}}, ["consent.representative-not-on-record"]),
        ({"named": {MOTHER, FRIEND}}, ["consent.representative-not-on-record"]),
        ({"on_record": {FRIEND: AUTHORISATION}}, ["consent.representative-not-entitled"]),
        ({"on_record": {MOTHER: PARENT, FRIEND: AUTHORISATION}}, []),
        (
            {"on_record": {MOTHER: PARENT, FRIEND: AUTHORISATION}, "named": {FRIEND}},
            ["consent.representative-not-entitled"],
        ),
        (
            {"on_record": {MOTHER: PARENT, FRIEND: AUTHORISATION}, "named": {MOTHER, FRIEND}},
            ["consent.representative-not-entitled"],
        ),
    ],
)
def test_a_representative_stands_on_the_record_with_a_basis_that_entitles(
    change: dict[str, Any], lacking: list[str]
) -> None:
    found = rules.signing_unmet(replace(BY_MOTHER, **change), TODAY)
    assert found == [Unmet(code, "/signatures") for code in lacking]


def test_a_client_who_signs_alone_needs_no_representative_on_record() -> None:
    assert rules.signing_unmet(SIGNING, TODAY) == []


def test_the_person_signs_for_themself_only() -> None:
    both = replace(BY_MOTHER, signers={CLIENT, REPRESENTATIVE})
    refused = Unmet("consent.person-signs-for-self-only", "/signatures")
    assert rules.signing_unmet(both, TODAY) == []
    assert rules.signing_unmet(replace(both, by_the_person=True), TODAY) == [refused]
    assert rules.signing_unmet(replace(SIGNING, by_the_person=True), TODAY) == []


def test_nobody_signs_on_a_day_to_come() -> None:
    tomorrow = replace(SIGNING, signed_on=TODAY + timedelta(days=1))
    assert rules.signing_unmet(tomorrow, TODAY) == [Unmet("consent.signed-in-future", "/signed_on")]
    assert rules.signing_unmet(replace(SIGNING, signed_on=TODAY - timedelta(days=400)), TODAY) == []


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
    offered = offer_unmet(state)
    assert (offered == []) == (state is ConsentState.OFFERED)
    assert (rules.narrowing_unmet(state, TERMS, less, TODAY) == []) == (state in IN_FORCE)
    assert (rules.withdrawal_unmet(state, signed=True) == []) == (state in IN_FORCE)
    assert rules.withdrawal_unmet(state, signed=False) == []


def offer_unmet(state: ConsentState = ConsentState.OFFERED, **facts: Any) -> list[Unmet]:
    """What keeps an offer of today from being signed today."""
    usual: dict[str, Any] = {"offered_on": TODAY, "signed_on": TODAY, "has_case": True, "today": TODAY}
    facts = usual | facts
    return rules.offer_unmet(state, facts.pop("valid_until", TERMS.valid_until), **facts)


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        ({"has_case": False}, Unmet("consent.no-open-case")),
        ({"valid_until": TODAY - timedelta(days=1)}, Unmet("consent.period-over", "/valid_until")),
        ({"signed_on": TODAY - timedelta(days=1)}, Unmet("consent.signed-before-offer", "/signed_on")),
    ],
)
def test_an_offer_that_cannot_be_signed(change: dict[str, Any], condition: Unmet) -> None:
    assert offer_unmet(valid_until=TODAY) == []
    assert offer_unmet(**change) == [condition]


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"categories": frozenset({Category.HEALTH})}, "consent.wider", "/categories"),
        ({"categories": frozenset({Category.NEEDS, Category.HEALTH})}, "consent.wider", "/categories"),
        ({"categories": frozenset()}, "consent.no-category", "/categories"),
        ({"valid_until": TERMS.valid_until + timedelta(days=1)}, "consent.longer", "/valid_until"),
        ({"valid_until": TODAY - timedelta(days=1)}, "consent.period-over", "/valid_until"),
        ({}, "consent.nothing-narrowed", None),
    ],
)
def test_a_consent_is_only_ever_narrowed_to_less(change: dict[str, Any], code: str, pointer: str | None) -> None:
    wanted = replace(TERMS, **change)
    assert rules.narrowing_unmet(ConsentState.SIGNED, TERMS, wanted, TODAY) == [Unmet(code, pointer)]


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
