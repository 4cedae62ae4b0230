"""Every code that the interface tells people is put in words in three languages."""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from gateway.runtime import LABELS as OF_GATEWAY
from shared.labels import LANGUAGES, Labels

DOCUMENT: Final = json.loads((Path(__file__).parents[2] / "docs/openapi.json").read_text(encoding="utf-8"))
PARTS: Final = {
    "gateway": OF_GATEWAY,
    **{name: import_module(f"services.{name}.labels").LABELS for name in ("case", "assessment", "network")},
    "feedback": import_module("services.feedback.words").LABELS,
}
KINDS: Final = ("value", "category", "outcome", "told", "action", "ground", "certificate.reason")
"""What labels of codes begin with."""

TECHNICAL: Final = {
    "client_credentials": "the kind of grant, for OAuth clients",
    "jsonl": "a form of a file",
    "csv": "a form of a file",
    "scale": "which input a screen shows for a question",
    "text": "which input a screen shows for a question",
    "OK": "the answer to a heartbeat",
    "FAIL": "the answer to a heartbeat",
    "live": "for whoever watches processes",
    "ready": "for whoever watches processes",
    "degraded": "for whoever watches processes",
    "unready": "for whoever watches processes",
    "down": "for whoever watches processes",
}
"""Codes that programs read and nobody is shown, and why."""


def codes_of(schema: Any) -> Iterator[str]:
    """The codes of every enumeration, however deep."""
    if isinstance(schema, dict):
        named = [*schema.get("enum", ()), schema.get("const")]
        yield from (code for code in named if isinstance(code, str))
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from codes_of(part)


def words_for(code: str, labels: Labels) -> list[str]:
    """What a code is called in each language, where it is called anything."""
    known = next((label for kind in KINDS if (label := f"{kind}.{code}") in labels), None)
    return [labels.text(known, language) for language in LANGUAGES] if known else []


CODES: Final = sorted(set(codes_of(DOCUMENT)))


@pytest.mark.parametrize("code", [code for code in CODES if code not in TECHNICAL])
def test_a_code_that_people_are_shown_has_words_in_three_languages(code: str) -> None:
    words = [words_for(code, labels) for labels in PARTS.values()]
    assert any(words)
    assert all(word.strip() for called in words for word in called)


def test_codes_that_need_no_words_are_codes_of_the_interface() -> None:
    assert set(CODES) >= TECHNICAL.keys()
