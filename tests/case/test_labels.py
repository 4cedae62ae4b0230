"""Every code that the case service may answer with is put in words, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import services.case
from services.case.app import service
from services.case.imports.rules import Outcome
from services.case.notifications.rules import Told
from shared.http.problems import Problem

FOLDER = Path(services.case.__file__).parent
LABELS: dict[str, dict[str, str]] = yaml.safe_load((FOLDER / "labels.yaml").read_text(encoding="utf-8"))
CONDITIONS = {code for code in LABELS if not code.startswith(("problem.", "outcome.", "told."))}
OUTCOMES = {code for code in LABELS if code.startswith("outcome.")}
KINDS = "|".join(sorted({code.partition(".")[0] for code in CONDITIONS}))
IN_RULES = re.compile(rf'"((?:{KINDS})\.[a-z-]+)"')


def problems_of(kind: type[Problem]) -> Iterator[type[Problem]]:
    """The problem and everything derived from it, as far as the case service defines it."""
    for child in kind.__subclasses__():
        yield from problems_of(child)
        if child.__module__.startswith("services.case."):
            yield child


def test_the_rules_and_the_labels_name_the_same_conditions() -> None:
    texts = [file.read_text(encoding="utf-8") for file in FOLDER.glob("*/rules.py")]
    assert {code for text in texts for code in IN_RULES.findall(text)} == CONDITIONS


@pytest.mark.parametrize("code", sorted(CONDITIONS))
def test_a_condition_names_the_source_of_its_rule(code: str) -> None:
    assert service.labels.source(code)


def test_every_problem_has_a_title() -> None:
    codes = {problem.code for problem in problems_of(Problem)}
    assert {f"problem.{code}" for code in codes} == {code for code in LABELS if code.startswith("problem.")}


def test_what_becomes_of_an_imported_row_is_put_in_words() -> None:
    assert {f"outcome.{outcome}" for outcome in Outcome} == OUTCOMES


def test_everything_that_a_client_is_told_has_words() -> None:
    assert {f"told.{told}" for told in Told} == {code for code in LABELS if code.startswith("told.")}
