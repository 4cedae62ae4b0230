"""By what a person is known, how one code takes the place of another, and what numbers Sidus gives."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import luhn

from services.case.identifiers import rules
from services.case.identifiers.rules import NUMBER_BITS, IdentifierKind, ImpossibleCode, Known
from tests.case.unmet import codes
from tests.support.people import personal_code

CODE, FOREIGN, NUMBER = UUID(int=1), UUID(int=2), UUID(int=3)
KINDS = {
    CODE: IdentifierKind.PERSONAL_CODE,
    FOREIGN: IdentifierKind.FOREIGN_CODE,
    NUMBER: IdentifierKind.TEMPORARY_NUMBER,
}
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)

births = st.dates(date(1900, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("kind", "live", "replaces", "lacking"),
    [
        ("personal_code", [NUMBER], NUMBER, []),
        ("personal_code", [NUMBER], None, []),
        ("personal_code", [FOREIGN], None, []),
        ("personal_code", [CODE], CODE, []),
        ("personal_code", [CODE], None, ["identifier.second-code"]),
        ("personal_code", [CODE, NUMBER], NUMBER, ["identifier.second-code"]),
        ("foreign_code", [CODE], None, []),
        ("foreign_code", [CODE], CODE, []),
        ("foreign_code", [CODE], NUMBER, ["identifier.not-in-force"]),
        ("temporary_number", [FOREIGN], None, []),
        ("temporary_number", [NUMBER], NUMBER, []),
        ("temporary_number", [CODE], CODE, ["identifier.temporary-for-code"]),
        ("temporary_number", [FOREIGN], FOREIGN, ["identifier.temporary-for-code"]),
    ],
)
def test_what_may_take_whose_place(kind: str, live: list[UUID], replaces: UUID | None, lacking: list[str]) -> None:
    present = {key: KINDS[key] for key in live}
    unmet = rules.addition_unmet(IdentifierKind(kind), present, replaces, is_known=False)
    assert codes(unmet) == lacking


def test_what_leads_to_the_record_already_is_not_added_again() -> None:
    unmet = rules.addition_unmet(IdentifierKind.FOREIGN_CODE, {CODE: KINDS[CODE]}, None, is_known=True)
    assert codes(unmet) == ["identifier.known-already"]


@pytest.mark.parametrize(
    ("ended", "live", "lacking"),
    [
        (CODE, {CODE, FOREIGN}, []),
        (CODE, {CODE}, ["identifier.last-one"]),
        (CODE, {FOREIGN}, ["identifier.not-in-force"]),
    ],
)
def test_a_record_is_never_left_without_an_identifier(ended: UUID, live: set[UUID], lacking: list[str]) -> None:
    assert codes(rules.ending_unmet(ended, live)) == lacking


@given(st.integers(0, 2**NUMBER_BITS - 1))
def test_a_number_from_sidus_can_be_no_personal_code_and_checks_itself(chance: int) -> None:
    number = rules.temporary_number(chance)
    assert number.startswith("T-")
    assert not rules.tells_personal_code(number.replace("-", ""))
    assert luhn.validate(number[2:].replace("-", ""), ALPHABET)


@given(st.integers(0, 2**NUMBER_BITS - 1), st.integers(0, 2**NUMBER_BITS - 1))
def test_two_numbers_are_alike_only_by_the_same_chance(one: int, other: int) -> None:
    assert (rules.temporary_number(one) == rules.temporary_number(other)) == (one == other)


@pytest.mark.parametrize(
    ("value", "tells"),
    [
        ("36805280109", True),
        ("EE36805280109", True),
        ("nr 36805280109/2", True),
        ("36805280108", False),
        ("368052801091", False),
        ("K-2026-00417", False),
        ("", False),
    ],
)
def test_what_may_be_a_personal_code_is_noticed(value: str, tells: bool) -> None:
    assert rules.tells_personal_code(value) is tells


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
    ("one", "other"),
    [
        ("010180-10007", "01018010007"),
        ("010180-10007", "010180 10007"),
        ("010180-10007", "010180\u201110007"),
        ("ab12345", "AB12345"),
        ("AB 12.345/", "ＡＢ１２３４５"),
    ],
)
def test_a_code_is_the_same_however_it_is_spelled(one: str, other: str) -> None:
    mine, theirs = (Known(IdentifierKind.FOREIGN_CODE, "LV", value) for value in (one, other))
    assert mine == theirs
    assert hash(mine) == hash(theirs)
    assert (mine.value, theirs.value) == (one, other)


def test_the_same_letters_of_another_country_are_another_code() -> None:
    assert Known(IdentifierKind.FOREIGN_CODE, "LV", "AB-1") != Known(IdentifierKind.FOREIGN_CODE, "LT", "AB-1")


@given(st.text(max_size=80))
def test_what_a_code_is_compared_by_is_compared_by_itself(value: str) -> None:
    assert rules.compared(rules.compared(value)) == rules.compared(value)


@pytest.mark.parametrize("value", ["---", " ", "\ufdfa" * 80])
def test_a_code_has_letters_or_digits_and_not_too_many(value: str) -> None:
    with pytest.raises(ValueError, match="letters or digits"):
        rules.fitting(IdentifierKind.FOREIGN_CODE, "LV", value)
