"""By what a person is known, how one code takes the place of another, and what numbers Sidus gives."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from services.case.clients.rules import IdentifierKind
from services.case.identifiers import rules
from services.case.identifiers.rules import NUMBER_BITS
from tests.case.unmet import codes

CODE, FOREIGN, NUMBER = UUID(int=1), UUID(int=2), UUID(int=3)
KINDS = {
    CODE: IdentifierKind.PERSONAL_CODE,
    FOREIGN: IdentifierKind.FOREIGN_CODE,
    NUMBER: IdentifierKind.TEMPORARY_NUMBER,
}
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


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
