"""A value is recognised however it is spelled, and nothing else is taken for it."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.proofs.needles import SHORTEST_NAME, by_kind, needles_of, spellings
from tests.proofs.resident import canary

VALUES = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), min_size=SHORTEST_NAME, max_size=30)
AROUND = st.binary(max_size=7)


def stands_in(value: str, text: str) -> bool:
    return any(spelling.lower() in text.lower() for spelling in spellings(value))


@given(value=VALUES)
@pytest.mark.parametrize("spelled", [str, json.dumps, quote, quote_plus, lambda text: quote(text, safe="")])
def test_a_value_is_recognised_as_it_is_and_escaped(spelled: Callable[[str], str], value: str) -> None:
    assert stands_in(value, f"before {spelled(value)} after")


@given(value=VALUES, before=AROUND, after=AROUND)
@pytest.mark.parametrize("encoded", [base64.b64encode, base64.urlsafe_b64encode, bytes.hex])
def test_a_value_is_recognised_within_something_encoded(
    encoded: Callable[[bytes], bytes | str], value: str, before: bytes, after: bytes
) -> None:
    text = encoded(before + value.encode() + after)

    assert stands_in(value, text if isinstance(text, str) else text.decode())


def test_a_phone_number_is_recognised_without_its_spaces() -> None:
    phone = canary().phone

    assert " " in phone
    assert stands_in(phone, phone.replace(" ", ""))


def test_people_are_told_apart() -> None:
    one, other = canary(), canary()
    looked_for = by_kind(needles_of(one))

    assert all(spelled.stands_in(json.dumps(one.form_a()).lower()) for spelled in looked_for.values())
    assert not any(spelled.stands_in(json.dumps(other.form_a()).lower()) for spelled in looked_for.values())
