"""What may stand in a line, a name and a longer text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.http.schemas import LongText, Name, Text, Word

LINE, WORD, NAME, LONG = (TypeAdapter[str](kind) for kind in (Text, Word, Name, LongText))
UNSEEN = st.characters(categories=["Cc", "Cf"])
SIGNS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=30)


@given(SIGNS, UNSEEN, SIGNS)
def test_a_line_has_no_sign_that_cannot_be_seen(before: str, unseen: str, after: str) -> None:
    for kind in (LINE, WORD, NAME):
        with pytest.raises(ValidationError):
            kind.validate_python(before + unseen + after)


@given(SIGNS)
def test_a_line_is_trimmed_and_else_left_as_it_is(signs: str) -> None:
    assert LINE.validate_python(f"  {signs} ") == signs


@pytest.mark.parametrize("name", ["\u200b", "\u202eannA", "-", "12", "...", "  ", "\ufeff"])
def test_a_name_has_a_letter_and_nothing_hidden(name: str) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(name)


@pytest.mark.parametrize("name", ["Õie-Mari", "O'Neill", "Щербакова", "李", "J. R.", "Anna\u00a0Liisa", "Tütar (15)"])
def test_names_are_as_people_have_them(name: str) -> None:
    assert NAME.validate_python(name) == name


@pytest.mark.parametrize("text", ["\u200b\u200d", "\n\n", "\u00ad", " \u2028 "])
def test_a_longer_text_says_something_that_can_be_seen(text: str) -> None:
    with pytest.raises(ValidationError):
        LONG.validate_python(text)


def test_a_longer_text_has_lines_and_whatever_was_pasted_into_it() -> None:
    assert LONG.validate_python("Esimene\n\tteine co\u00adop") == "Esimene\n\tteine co\u00adop"
