"""The decisions of the assessment service, as tables and as properties."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import services.assessment
from services.assessment.assessments import rules
from services.assessment.assessments.rules import Findings, Standing
from services.assessment.instruments.rules import Kind, LifeArea
from services.assessment.instruments.store import load
from shared.labels import LANGUAGES, Labels
from shared.rules import Unmet

MAPPING = next(iter(load()))
LABELS = Labels.read(Path(services.assessment.__file__).with_name("labels.yaml"))
FOUND = Findings(client_heard_in=frozenset({LifeArea.HOUSING}), problems=1, resources=1)
OWN_DRAFT = Standing(is_own=True, is_completed=False, is_assessor=True, is_case_manager=True)

areas = st.sets(st.sampled_from(LifeArea))
findings = st.builds(
    Findings,
    client_heard_in=st.frozensets(st.sampled_from(LifeArea)),
    problems=st.integers(0, 3),
    resources=st.integers(0, 3),
)
standings = st.builds(Standing, *[st.booleans()] * 4)


def codes(unmet: list[Unmet]) -> list[str]:
    return [one.code for one in unmet]


def test_an_assessment_with_the_clients_word_a_problem_and_a_resource_can_be_completed() -> None:
    assert rules.unmet_for_completion(MAPPING.completion, FOUND, OWN_DRAFT) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"client_heard_in": frozenset()}, "assessment.client-not-heard"),
        ({"problems": 0}, "assessment.problem-missing"),
        ({"resources": 0}, "assessment.resource-missing"),
    ],
)
def test_what_keeps_an_assessment_from_being_completed(change: dict[str, object], code: str) -> None:
    assert codes(rules.unmet_for_completion(MAPPING.completion, replace(FOUND, **change), OWN_DRAFT)) == [code]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_own": False}, "assessment.of-another-agency"),
        ({"is_completed": True}, "assessment.already-completed"),
        ({"is_assessor": False}, "assessment.not-the-assessor"),
        ({"is_case_manager": False}, "assessment.not-a-case-manager"),
    ],
)
def test_who_may_not_complete_an_assessment(change: dict[str, bool], code: str) -> None:
    assert codes(rules.unmet_for_completion(MAPPING.completion, FOUND, replace(OWN_DRAFT, **change))) == [code]


def test_a_colleague_of_the_assessor_may_write_into_the_draft() -> None:
    assert rules.unmet_for_change(replace(OWN_DRAFT, is_assessor=False)) == []


def test_an_instrument_that_requires_nothing_can_be_completed_empty() -> None:
    nothing = Findings(client_heard_in=frozenset(), problems=0, resources=0)

    assert rules.unmet_for_completion([], nothing, OWN_DRAFT) == []


@given(findings, standings)
def test_what_is_offered_as_allowed_is_what_the_rules_let_through(found: Findings, standing: Standing) -> None:
    offered = rules.actions(MAPPING.completion, found, standing)

    assert (not offered["complete"]) is (rules.unmet_for_completion(MAPPING.completion, found, standing) == [])
    assert (not offered["record-need"]) is (rules.unmet_for_change(standing) == [])


@pytest.mark.parametrize(
    ("needs", "threshold", "expected"),
    [
        ([], 2, False),
        ([LifeArea.HOUSING], 2, False),
        ([LifeArea.HOUSING, LifeArea.HOUSING], 2, False),
        ([LifeArea.HOUSING, LifeArea.HEALTH], 2, True),
        ([LifeArea.HOUSING, LifeArea.HEALTH, LifeArea.STUDY_AND_WORK], 2, True),
        ([LifeArea.HOUSING, LifeArea.HEALTH], 3, False),
        ([LifeArea.HOUSING], 1, True),
    ],
)
def test_needs_in_as_many_areas_as_the_threshold_are_complex(
    needs: list[LifeArea], threshold: int, expected: bool
) -> None:
    assert rules.is_complex(needs, threshold) is expected


@given(areas, st.sampled_from(LifeArea))
def test_a_further_need_never_makes_a_complex_need_simple(needs: set[LifeArea], further: LifeArea) -> None:
    assert rules.is_complex([*needs, further], 2) >= rules.is_complex(needs, 2)


@given(st.lists(st.sampled_from(LifeArea)))
def test_order_and_repetition_of_needs_do_not_matter(needs: list[LifeArea]) -> None:
    assert rules.is_complex(needs, 2) is rules.is_complex([*reversed(needs), *needs], 2)


@given(findings, standings)
def test_nothing_is_completed_that_may_not_be_changed(found: Findings, standing: Standing) -> None:
    assert set(rules.unmet_for_change(standing)) <= set(rules.unmet_for_completion(MAPPING.completion, found, standing))


@given(findings, standings)
def test_every_unmet_condition_has_words_in_each_language_and_a_source(found: Findings, standing: Standing) -> None:
    for code in codes(rules.unmet_for_completion(MAPPING.completion, found, standing)):
        assert all(LABELS.text(code, language) != code for language in LANGUAGES)
        assert LABELS.source(code)


@given(findings, st.integers(0, 3), st.integers(0, 3))
def test_finding_more_never_brings_a_new_unmet_condition(found: Findings, problems: int, resources: int) -> None:
    more = replace(found, problems=found.problems + problems, resources=found.resources + resources)

    before = set(rules.unmet_for_completion(MAPPING.completion, found, OWN_DRAFT))
    assert set(rules.unmet_for_completion(MAPPING.completion, more, OWN_DRAFT)) <= before


@pytest.mark.parametrize(
    ("unmet", "code"),
    [
        (rules.unmet_for_start([Kind.INITIAL], Kind.IN_DEPTH), "assessment.kind-not-served"),
        (rules.unmet_for_area([LifeArea.HEALTH], LifeArea.LEISURE), "assessment.area-not-asked"),
        (rules.unmet_for_resource(["motivation"], "telepathy"), "assessment.resource-kind-unknown"),
    ],
)
def test_what_an_instrument_does_not_serve_is_refused(unmet: list[Unmet], code: str) -> None:
    assert codes(unmet) == [code]
    assert LABELS.source(code)


def test_what_the_published_instrument_serves_is_accepted() -> None:
    assert all(rules.unmet_for_start(MAPPING.kinds, kind) == [] for kind in Kind)
    assert all(rules.unmet_for_area(MAPPING.area_codes, area) == [] for area in LifeArea)
    assert all(rules.unmet_for_resource(MAPPING.resource_codes, kind) == [] for kind in MAPPING.resource_codes)
