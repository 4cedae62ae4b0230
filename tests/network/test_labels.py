"""Every code that a person may read has words in three languages."""

from services.network.labels import LABELS
from shared.labels import LANGUAGES
from tests.network.catalogue import drawing_codes, problem_codes, rule_codes


def test_every_condition_of_a_rule_has_words_and_a_source() -> None:
    assert len(rule_codes()) > 30
    assert [code for code in rule_codes() if code not in LABELS or LABELS.source(code) is None] == []


def test_every_problem_has_words() -> None:
    assert [code for code in problem_codes() if f"problem.{code}" not in LABELS] == []


def test_every_word_of_a_drawing_is_there_in_each_language() -> None:
    missing = [code for code in drawing_codes() for language in LANGUAGES if LABELS.text(code, language) == code]
    assert missing == []
