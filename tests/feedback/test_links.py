"""Answer links: only what we signed opens, and says which invitation and until when."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feedback.invitations.links import Links, Ticket
from shared.ids import new_id

LINKS = Links("11" * 32)


def ticket() -> Ticket:
    return Ticket(new_id(), datetime(2026, 12, 12, 10, 0, tzinfo=UTC))


def test_a_link_opens_to_its_ticket_and_is_the_same_when_made_again() -> None:
    issued = ticket()

    assert LINKS.open(LINKS.token(issued)) == issued
    assert LINKS.token(issued) == LINKS.token(issued)


def test_a_link_signed_with_another_key_does_not_open() -> None:
    assert LINKS.open(Links("22" * 32).token(ticket())) is None


@given(place=st.integers(0, 10_000), letter=st.characters(codec="utf-8"))
def test_a_changed_link_never_opens_another_invitation(place: int, letter: str) -> None:
    issued = ticket()
    token = LINKS.token(issued)
    place %= len(token)

    assert LINKS.open(token[:place] + letter + token[place + 1 :]) in (None, issued)


@pytest.mark.parametrize("place", [0, 20, 40])
def test_a_link_with_a_changed_letter_does_not_open(place: int) -> None:
    token = LINKS.token(ticket())
    other = "A" if token[place] != "A" else "B"

    assert LINKS.open(token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", ".", "x", "a.b", "ä" * 300, "\x00"])
def test_any_other_text_does_not_open(text: str) -> None:
    assert LINKS.open(text) is None
