"""What form A, part 1 may hold: personal codes, ages, masks, what is still missing."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.case.clients import rules
from services.case.clients.rules import MOST_PARTS, REQUIRED_OF_FORM_A, Hold, ImpossibleCode
from services.case.provenance.rules import Place
from shared.access.categories import Category
from tests.case.unmet import codes
from tests.support.people import personal_code

FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)

days = st.dates(date(1850, 1, 1), date(2099, 12, 31))
births = st.dates(date(1900, 1, 1), date(2025, 12, 31))
names = st.text(st.characters(categories=["Lu", "Ll"], include_characters=" -"), min_size=1).filter(str.strip)


def check_digit(body: str) -> int:
    """The check digit of a personal code by EVS 585, worked out by hand and not by the library under the rule."""
    for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
        remainder = sum(weight * int(digit) for weight, digit in zip(weights, body, strict=True)) % 11
        if remainder < 10:
            return remainder
    return 0


def is_possible(code: str) -> bool:
    """Whether century, calendar day and check digit of a code agree."""
    try:
        date(1800 + (int(code[0]) - 1) // 2 * 100 + int(code[1:3]), int(code[3:5]), int(code[5:7]))
    except ValueError:
        return False
    return code[0] in "12345678" and int(code[10]) == check_digit(code[:10])


@pytest.mark.parametrize(
    ("code", "born"),
    [
        ("36805280109", date(1968, 5, 28)),
        ("60001017869", date(2000, 1, 1)),
        ("50001010006", date(2000, 1, 1)),
        ("49912310000", date(1999, 12, 31)),
    ],
)
def test_a_possible_code_tells_the_date_of_birth(code: str, born: date) -> None:
    assert is_possible(code)
    assert rules.birth_date_of(rules.personal_code(code)) == born


@pytest.mark.parametrize(
    "code",
    [
        "",
        "3680528010",
        "368052801090",
        "36805280108",
        "36802300001",
        "36813010000",
        "06805280109",
        "96805280109",
        "3680528010A",
        "٣٦٨٠٥٢٨٠١٠٩",
        "EE36805280109",
    ],
)
def test_an_impossible_code_is_refused(code: str) -> None:
    with pytest.raises(ImpossibleCode):
        rules.personal_code(code)


@given(st.data())
def test_one_mistyped_digit_is_noticed_whenever_the_code_becomes_impossible(data: st.DataObject) -> None:
    code = personal_code(data.draw(births))
    place = data.draw(st.integers(0, 10))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != code[place])
    mistyped = code[:place] + digit + code[place + 1 :]
    if is_possible(mistyped):
        assert rules.personal_code(mistyped) == mistyped
    else:
        with pytest.raises(ImpossibleCode):
            rules.personal_code(mistyped)


@given(births)
def test_a_code_made_for_a_day_tells_that_day(born: date) -> None:
    assert rules.birth_date_of(rules.personal_code(personal_code(born))) == born


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


def test_nothing_is_said_to_be_missing_of_what_is_withheld() -> None:
    assert rules.still_missing([], ["health", "social"]) == [
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
    ("hold", "present", "lacking"),
    [
        (Hold(own=True), 0, []),
        (Hold(own=False, shared=IDENTITY_AND_CONTACT), MOST_PARTS - 1, []),
        (Hold(own=False), 0, ["client.no-open-case"]),
        (Hold(own=True), MOST_PARTS, ["client.too-many-parts"]),
    ],
)
def test_parts_are_added_to_the_own_record_or_within_a_case(hold: Hold, present: int, lacking: list[str]) -> None:
    assert codes(rules.addition_unmet(hold, present)) == lacking


@given(
    st.from_regex(r"[a-z_]{1,20}", fullmatch=True),
    st.from_regex(r"[a-z_]{1,20}", fullmatch=True),
    st.none() | st.uuids(),
)
def test_the_pointer_of_a_place_names_that_place(piece: str, field: str, part_id: UUID | None) -> None:
    place = Place(piece, field, part_id)
    assert Place.at(place.pointer) == place


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
