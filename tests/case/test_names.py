"""Writings of one name are known as such, in whatever alphabet, spelling and keyboard they came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.case.names.rules import Name
from services.case.names.store import letters, name

NAMES = st.text(st.sampled_from("aeijouyõäöüšžčhkstzxwqAEJŠЮрийщКчé'- -ß"), min_size=1, max_size=14)
ANYTHING = st.text(min_size=1, max_size=20)

ONE_NAME = [
    ("Õunapuu", "Ounapuu"),
    ("ÕUNAPUU", "õunapuu"),
    ("Müller", "Mueller"),
    ("Müller", "Myller"),
    ("Jüri", "Juri"),
    ("Юрий", "Juri"),
    ("Юрий", "Iurii"),
    ("Юрий", "Yuriy"),
    ("Щербакова", "Štšerbakova"),
    ("Щербакова", "Shcherbakova"),
    ("Щербакова", "Stserbakova"),
    ("Štšerbakova", "Shcherbakova"),
    ("Ščerbakova", "Shcherbakova"),
    ("Рыбаков", "Rõbakov"),
    ("Рыбаков", "Rybakov"),
    ("Rõbakov", "Rybakov"),
    ("Чехов", "Tšehhov"),
    ("Tšehhov", "Chekhov"),
    ("Татьяна", "Tatjana"),
    ("Tatjana", "Tatiana"),
    ("Елена", "Jelena"),
    ("Yelena", "Elena"),
    ("Сергеев", "Sergejev"),
    ("Дмитриева", "Dmitrijeva"),
    ("Семёнов", "Semjonov"),
    ("Семёнов", "Semenov"),
    ("Цветков", "Cvetkov"),
    ("Михаил", "Mihhail"),
    ("Mihhail", "Mikhail"),
    ("Tamm", "Tam"),
    ("Wiiralt", "Viiralt"),
    ("Schmidt", "Šmidt"),
    ("Tamm-Kask", "Tamm Kask"),
    ("Tamm-Kask", "TammKask"),
    ("Tamm-Kask", "Kask-Tamm"),
    ("Anna-Maria", "Anna Maria"),
    ("O'Connor", "O’Connor"),
    ("José", "Jose"),
    ("Łukasz", "Lukasz"),
]
OTHER_NAMES = [
    ("Юрий", "Jüri"),
    ("Tamm", "Tamme"),
    ("Kask", "Kesk"),
    ("Anna", "Anne"),
    ("Mart", "Märten"),
    ("Иванов", "Иванова"),
    ("Ivanov", "Petrov"),
]


@pytest.mark.parametrize(("one", "other"), ONE_NAME)
def test_two_writings_of_one_name(one: str, other: str) -> None:
    assert name(one).is_same(name(other))
    assert name(other).is_same(name(one))


@pytest.mark.parametrize(("one", "other"), OTHER_NAMES)
def test_two_names(one: str, other: str) -> None:
    assert not name(one).is_same(name(other))
    assert not name(other).is_same(name(one))


@pytest.mark.parametrize(("one", "other"), ONE_NAME)
def test_writings_of_one_name_have_a_way_in_common_by_which_they_are_found(one: str, other: str) -> None:
    assert ways_of(name(one)) & ways_of(name(other))


def ways_of(name: Name) -> set[str]:
    """Every way in which a name or a part of it is found."""
    return {way for word in (name.whole, *name.parts) for way in word.plain}


@pytest.mark.parametrize(
    ("part", "whole", "is_part"),
    [("Kask", "Tamm-Kask", True), ("Anna", "Anna Maria", True), ("Ann", "Anna Maria", False), ("Oja", "Tamm", False)],
)
def test_a_part_of_a_name(part: str, whole: str, is_part: bool) -> None:
    assert name(part).shares_part(name(whole)) is is_part


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Aleksandr", "Aleksander", True),
        ("Kuznetsov", "Kusnetsov", True),
        ("Jüri", "Юрий", False),
        ("Oja", "Aja", False),
    ],
)
def test_names_near_each_other(one: str, other: str, near: bool) -> None:
    assert (name(one).likeness(name(other)) >= 0.8) is near


@given(ANYTHING | NAMES)
def test_a_name_is_itself(text: str) -> None:
    assert name(text).is_same(name(text))
    assert name(text).likeness(name(text)) == 1


@given(NAMES, NAMES)
def test_sameness_and_likeness_do_not_ask_who_is_first(one: str, other: str) -> None:
    assert name(one).is_same(name(other)) == name(other).is_same(name(one))
    assert name(one).shares_part(name(other)) == name(other).shares_part(name(one))
    assert name(one).likeness(name(other)) == name(other).likeness(name(one))


@given(NAMES)
def test_a_folded_name_folds_to_itself(text: str) -> None:
    for way in name(text).whole.plain:
        assert way in name(way).whole.plain
    assert letters(letters(text)) == letters(text)


@given(ANYTHING | NAMES, st.integers(0, 20))
def test_the_letters_of_a_beginning_are_the_beginning_of_the_letters(text: str, length: int) -> None:
    assert letters(text).startswith(letters(text[:length])) or not text[:length].isprintable()


@pytest.mark.parametrize(
    ("written", "bare"),
    [("Õunapuu", "ounapuu"), ("Tamm-Kask", "tammkask"), ("Щербакова", "stserbakova"), ("—", ""), ("Łuk", "luk")],
)
def test_the_letters_by_which_a_name_is_found(written: str, bare: str) -> None:
    assert letters(written) == bare
