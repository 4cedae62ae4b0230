"""What speaks for two records being about one person: as a table, and the same from either side."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.case.identifiers.rules import IdentifierKind, Known
from services.case.matching import rules
from services.case.matching.rules import (
    FullName,
    Likeness,
    Matching,
    Portrait,
    are_of_two_days,
    compare,
    identity_keys,
    name_keys,
    swapped_keys,
)
from services.case.matching.store import matching
from services.case.names.store import name

BORN = date(1984, 3, 7)
PASSPORT = "KX 0000017"


def portrait(first: str, last: str, **more: Any) -> Portrait:
    """Somebody as records are compared."""
    return Portrait(FullName(name(first), name(last)), **({"born": BORN} | more))


def foreign(value: str, country: str = "LV") -> frozenset[Known]:
    """Known by another country's code."""
    return frozenset({Known(IdentifierKind.FOREIGN_CODE, country, value)})


def estonian(value: str) -> frozenset[Known]:
    """Known by an Estonian personal code."""
    return frozenset({Known.by_code(value)})


ANNA = portrait("Anna", "Tamm", document=PASSPORT, phone="+372 5555 0101", email="anna@example.org")

ALIKE = [
    ("written the same", portrait("Anna", "Tamm"), "likely", ["family-name-same", "birth-date-same"]),
    ("a letter left out", portrait("Ana", "Tam"), "likely", ["family-name-same", "given-name-same"]),
    ("day and month exchanged", portrait("Anna", "Tamm", born=date(1984, 7, 3)), "queue", ["birth-date-swapped"]),
    ("a digit of the year", portrait("Anna", "Tamm", born=date(1985, 3, 7)), "queue", ["birth-date-near"]),
    ("names exchanged", portrait("Tamm", "Anna"), "likely", ["names-swapped"]),
    ("a double name", portrait("Anna", "Tamm-Kask"), "queue", ["family-name-part"]),
    ("a second given name", portrait("Anna Liisa", "Tamm"), "queue", ["given-name-part"]),
    ("a new family name", portrait("Anna", "Kask", former=(FullName(name("Anna"), name("Tamm")),)), "queue",
     ["family-name-former"]),
    ("a new family name nobody knew of", portrait("Anna", "Kask"), "apart", []),
    ("a new family name and the same phone", portrait("Anna", "Kask", phone="5555 0101"), "queue", ["phone-same"]),
    ("no date of birth", portrait("Anna", "Tamm", born=None), "apart", []),
    ("no date of birth but the same phone", portrait("Anna", "Tamm", born=None, phone="0037255550101"), "queue",
     ["phone-same"]),
    ("the same passport", portrait("Anna", "Tamm", born=None, document="kx0000017"), "likely", ["document-same"]),
    ("a twin", portrait("Liisa", "Tamm"), "apart", []),
    ("a twin with the same phone", portrait("Liisa", "Tamm", phone="5555 0101"), "apart", []),
    ("parent and child of one name", portrait("Anna", "Tamm", born=date(1950, 1, 1), phone="5555 0101"), "apart", []),
    ("somebody else", portrait("Mart", "Oja", born=date(1950, 1, 1)), "apart", []),
]  # fmt: skip


@pytest.mark.parametrize(("case", "other", "verdict", "reasons"), ALIKE, ids=[case for case, *_ in ALIKE])
def test_how_much_speaks_for_one_person(case: str, other: Portrait, verdict: str, reasons: list[str]) -> None:
    found = compare(ANNA, other, matching())
    assert verdict_of(found.score) == verdict
    assert {f"duplicate.{reason}" for reason in reasons} <= set(found.reasons)


def verdict_of(score: int) -> str:
    """What becomes of two records with so many points."""
    return "likely" if score >= matching().likely else "queue" if score >= matching().queue else "apart"


CODES = [
    ("two personal codes", estonian("48403070015"), estonian("48403070026"), "apart", "duplicate.personal-code-other"),
    ("two codes of one country", foreign("1"), foreign("2"), "apart", "duplicate.foreign-code-other"),
    ("codes of two countries", foreign("1"), foreign("2", "FI"), "likely", "duplicate.birth-date-same"),
    ("one code entered for two countries", foreign("1"), foreign("1", "FI"), "likely", "duplicate.code-same"),
    ("a personal and a foreign code", estonian("48403070015"), foreign("2"), "likely", "duplicate.family-name-same"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "mine", "theirs", "verdict", "reason"), CODES, ids=[case for case, *_ in CODES])
def test_codes_bring_together_and_keep_apart(
    case: str, mine: frozenset[Known], theirs: frozenset[Known], verdict: str, reason: str
) -> None:
    found = compare(replace(ANNA, known=mine), portrait("Anna", "Tamm", known=theirs), matching())
    assert (verdict_of(found.score), reason in found.reasons) == (verdict, True)


WORDS = st.sampled_from(["Anna", "Ana", "Õie", "Oie", "Tamm", "Tamm-Kask", "Kask", "Юрий", "Juri", "Jüri", "Щербакова"])
DATES = st.none() | st.dates(date(1984, 1, 1), date(1985, 12, 31))
KNOWN = st.sampled_from([frozenset(), foreign("1"), foreign("1", "FI"), estonian("48403070015")])
NAMES = st.builds(lambda first, last: FullName(name(first), name(last)), WORDS, WORDS)
PORTRAITS = st.builds(
    Portrait, NAMES, st.lists(NAMES, max_size=2).map(tuple), DATES, st.none() | st.just(PASSPORT), KNOWN
)


@given(PORTRAITS, PORTRAITS)
def test_neither_record_comes_first(one: Portrait, other: Portrait) -> None:
    assert compare(one, other, matching()) == compare(other, one, matching())


@given(PORTRAITS)
def test_a_record_that_has_a_date_of_birth_is_likely_to_be_itself(one: Portrait) -> None:
    assert one.born is None or compare(one, one, matching()).score >= matching().likely


def sought_by(one: Portrait) -> set[int]:
    """Keys by which those like a person are looked for."""
    return {*identity_keys(one.name, one.born, one.document), *swapped_keys(one.name, one.born)}


@given(PORTRAITS, PORTRAITS)
def test_whoever_comes_into_the_queue_is_found_by_a_key(one: Portrait, other: Portrait) -> None:
    """By identity, former identity, or code; a phone alone brings nobody into the queue.

    By names alone nobody is found who was born on another day.
    """
    if compare(one, other, matching()).score >= matching().queue:
        namesakes = set(name_keys(one.name)) if are_of_two_days(one.born, other.born) else set()
        kept = set(identity_keys(other.name, other.born, other.document)) - namesakes
        former = {key for names in other.former for key in identity_keys(names, other.born, other.document)}
        mine = {key for names in one.former for key in identity_keys(names, one.born, one.document)}
        codes = {known.compared for known in one.known} & {known.compared for known in other.known}
        assert sought_by(one) & (kept | former) or sought_by(other) & mine or codes


@pytest.mark.parametrize(
    ("born", "other"),
    [(date(1984, 3, 7), date(1984, 7, 3)), (date(1984, 3, 13), None), (date(1984, 3, 3), None), (None, None)],
)
def test_day_and_month_exchanged(born: date | None, other: date | None) -> None:
    assert rules.swapped(born) == other


@pytest.mark.parametrize(
    ("phone", "digits"), [("+372 5555 0101", "55550101"), ("5555-0101", "55550101"), ("00372 55550101", "55550101")]
)
def test_a_phone_number_is_its_digits(phone: str, digits: str) -> None:
    assert rules.phone_key(phone) == digits


TELLING_NOTHING = matching().weights | {Likeness.BORN_OTHER: 20}


@pytest.mark.parametrize(
    "change", [{"weights": {}}, {"likely": 1}, {"near": 0}, {"queue": 0}, {"more": 1}, {"weights": TELLING_NOTHING}]
)
def test_rules_that_are_not_whole_do_not_start(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Matching.model_validate(matching().model_dump() | change)
