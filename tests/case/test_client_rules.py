"""What form A, part 1 may hold: ages, masks, addresses, what is still missing, who may change it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.case.clients import rules
from services.case.clients.rules import REQUIRED_OF_FORM_A, Hold
from shared.access.categories import Category

days = st.dates(date(1850, 1, 1), date(2099, 12, 31))
names = st.text(st.characters(categories=["Lu", "Ll"], include_characters=" -"), min_size=1).filter(str.strip)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2008, 6, 1), date(2026, 5, 31), 17),
        (date(2008, 6, 1), date(2026, 6, 1), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_age_counts_full_years(birth: date, day: date, age: int) -> None:
    assert rules.age_on(birth, day) == age


@given(days, days)
def test_nobody_grows_younger(birth: date, day: date) -> None:
    assert rules.age_on(birth, day) <= rules.age_on(birth, day + timedelta(days=1)) <= rules.age_on(birth, day) + 1


@pytest.mark.parametrize(
    ("name", "mask"), [("Anna", "A."), ("Anna Maria", "A. M."), ("Tamm-Kask", "T. K."), ("Õ", "Õ."), (" Ülo  ", "Ü.")]
)
def test_a_masked_name_shows_first_letters(name: str, mask: str) -> None:
    assert rules.masked(name) == mask


@given(names)
def test_a_mask_tells_one_letter_of_each_part(name: str) -> None:
    parts = name.replace("-", " ").split()
    assert rules.masked(name).replace(".", "").split() == [part[0] for part in parts]


def test_a_full_form_misses_nothing() -> None:
    assert rules.still_missing(REQUIRED_OF_FORM_A) == []


@given(st.sets(st.sampled_from(REQUIRED_OF_FORM_A)))
def test_expected_fields_are_either_filled_or_missing(filled: set[str]) -> None:
    missing = rules.still_missing(filled | {"/contact/email"})
    assert set(missing) == set(REQUIRED_OF_FORM_A) - filled
    assert missing == sorted(missing, key=REQUIRED_OF_FORM_A.index)


@pytest.mark.parametrize("pointer", ["/health/disability_degree", "/health/incapacity_percent"])
def test_until_when_is_expected_of_a_disability_or_incapacity(pointer: str) -> None:
    filled = [*REQUIRED_OF_FORM_A, pointer]
    assert rules.still_missing(filled) == ["/health/valid_until"]
    assert rules.still_missing([*filled, "/health/valid_until"]) == []
    assert rules.still_missing(filled, ["health"]) == []


def test_no_estonian_code_is_expected_of_who_has_a_code_of_another_country() -> None:
    filled = set(REQUIRED_OF_FORM_A) - {"/identity/personal_code"}
    assert rules.still_missing(filled) == ["/identity/personal_code"]
    assert rules.still_missing([*filled, "/identity/temporary_number"]) == ["/identity/personal_code"]
    assert rules.still_missing([*filled, "/identity/foreign_code"]) == []


def test_nothing_is_said_to_be_missing_of_what_is_withheld() -> None:
    assert rules.still_missing([], ["health", "social"]) == [
        "/identity/personal_code",
        "/identity/date_of_birth",
        "/identity/citizenship",
        "/identity/document",
        "/contact/registered_address",
        "/contact/phone",
    ]


IDENTITY_AND_CONTACT = {Category.IDENTITY, Category.CONTACT}
SECTIONS = {
    "/identity": Category.IDENTITY,
    "/contact": Category.CONTACT,
    "/social": Category.SOCIAL,
    "/health": Category.HEALTH,
}


@pytest.mark.parametrize(
    ("hold", "for_reading"),
    [
        (Hold(own=True), []),
        (Hold(own=False, shared=IDENTITY_AND_CONTACT), ["/social", "/health"]),
        (Hold(own=False), list(SECTIONS)),
    ],
)
def test_an_agency_changes_its_own_record_and_what_an_open_case_shares(hold: Hold, for_reading: list[str]) -> None:
    unmet = rules.change_unmet(SECTIONS, hold)
    assert [one.pointer for one in unmet] == for_reading
    assert {one.code for one in unmet} <= {"client.for-reading-only"}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("resident@example.org", "resident@example.org"),
        ("Eha.Mai+1@EXAMPLE.org", "Eha.Mai+1@example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
        ("õie@example.org", "õie@example.org"),
        ("a@" + "b" * 63 + ".ee", "a@" + "b" * 63 + ".ee"),
    ],
)
def test_an_address_has_its_domain_in_the_usual_form(text: str, address: str) -> None:
    assert rules.email_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        *("nobody", "@example.org", "a@", "a@b", "a..b@example.org", ".a@example.org", "a b@example.org"),
        *("a@exa mple.org", "a@" + "b" * 64 + ".ee", "a@example.org, b@example.org", "a@[127.0.0.1]"),
    ],
)
def test_an_impossible_address_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(rules.ImpossibleAddress) as refused:
        rules.email_address(text)
    assert str(refused.value) == "This is not a valid e-mail address."
