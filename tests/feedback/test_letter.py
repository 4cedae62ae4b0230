"""The e-mail that carries an answer link."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.feedback.invitations.letter import Letter, compose
from services.feedback.words import LABELS
from shared.labels import LANGUAGES, Language

LINK = "http://127.0.0.1:8080/answers/" + "t" * 120
LETTER = Letter(
    invitation_id=UUID("01970000-0000-7000-8000-000000000001"),
    agency="Tamme vald",
    occurred_on=date(2026, 11, 12),
    link=LINK,
    usable_until=date(2026, 12, 13),
)


def test_the_same_invitation_has_the_same_message_id() -> None:
    first, again = (compose(LETTER, "et", LABELS, sender="t@agency.example", to="a@b.example") for _ in range(2))

    assert first["Message-ID"] == again["Message-ID"] == f"<{LETTER.invitation_id}@agency.example>"
    assert first.as_bytes() == again.as_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_carries_the_link_whole_and_says_until_when(language: Language) -> None:
    text = compose(LETTER, language, LABELS, sender="t@agency.example", to="a@b.example").get_content()

    assert LINK in text.splitlines()
    assert "13.12.2026" in text
    assert "12.11.2026" in text
    assert "{" not in text


def test_a_letter_names_the_agency_only_where_it_is_told_to() -> None:
    named = compose(LETTER, "et", LABELS, sender="t@agency.example", to="a@b.example").get_content()
    unnamed = compose(replace(LETTER, agency=None), "et", LABELS, sender="t@agency.example", to="a@b.example")

    assert "Tamme vald" in named
    assert "Tamme vald" not in unnamed.as_string()
