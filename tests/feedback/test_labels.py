"""Every code that a person may read has words in three languages, and every rule its source."""

import re
from pathlib import Path

import pytest

from services.feedback import words
from services.feedback.answers import rules as answers
from services.feedback.triggers.rules import Reason
from services.feedback.words import LABELS
from shared.labels import LANGUAGES

FEEDBACK = Path(words.__file__).parent


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_and_a_source(reason: Reason) -> None:
    assert LABELS.source(reason)
    assert len({LABELS.text(reason, language) for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize("fault", [answers.MISSING, answers.NO_SCORE, answers.TOO_LONG, answers.UNREADABLE])
def test_every_fault_of_an_answer_has_words(fault: str) -> None:
    assert fault in LABELS


def test_every_label_is_used_somewhere() -> None:
    labelled = re.findall(r"^([a-z.-]+):", (FEEDBACK / "labels.yaml").read_text("utf-8"), re.MULTILINE)
    code = "".join(path.read_text("utf-8") for kind in ("*.py", "*.html") for path in FEEDBACK.rglob(kind))
    notices = {
        f"page.{notice}.{part}" for notice in ("thanks", "answered", "expired", "unknown") for part in ("title", "text")
    }

    assert [
        label for label in labelled if label not in notices and f'"{label}"' not in code and f"'{label}'" not in code
    ] == []
