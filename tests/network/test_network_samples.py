"""The eleven sample networks of the handbook, and what the rules make of a charter."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import services.network.networks
from services.network.networks import rules
from services.network.networks.charter import Level, NetworkKind, Participation
from services.network.networks.rules import Outline
from services.network.networks.schemas import Charter
from shared.labels import LANGUAGES

FILES = sorted((Path(services.network.networks.__file__).parent / "samples").glob("*.yaml"))
CHARTERS = {file.stem: Charter.model_validate(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in FILES}
OUTLINE = Outline(goals=1, members=2)


def test_all_eleven_samples_are_there_and_named_after_their_codes() -> None:
    assert len(CHARTERS) == 11
    assert [name for name, charter in CHARTERS.items() if charter.code != name] == []


@pytest.mark.parametrize(
    ("kind", "count"),
    [(NetworkKind.PROBLEM_SOLVING, 3), (NetworkKind.PREVENTIVE, 7), (NetworkKind.EXCHANGE, 1)],
)
def test_samples_by_kind_as_the_annex_groups_them(kind: NetworkKind, count: int) -> None:
    assert sum(charter.kind is kind for charter in CHARTERS.values()) == count


@pytest.mark.parametrize("charter", CHARTERS.values(), ids=CHARTERS)
def test_a_sample_is_a_charter_that_the_rules_accept(charter: Charter) -> None:
    assert rules.unmet(charter.outline()) == []
    assert charter.source
    assert charter.source.startswith("004 annex")
    assert charter.activities or charter.agreement
    assert charter.outcomes
    assert len({getattr(charter.name, language) for language in LANGUAGES}) == 3


def test_the_regional_network_has_its_whole_matrix() -> None:
    matrix = CHARTERS["f2-3-regional-cases"].matrix
    assert [row.level for row in matrix] == list(Level)
    assert [(len(row.description), len(row.indicators)) for row in matrix] == [(1, 1), (1, 2), (4, 5), (6, 5), (3, 2)]
    assert all(row.verification and row.assumptions for row in matrix)


def test_the_regional_network_tells_core_members_from_those_on_call() -> None:
    members = CHARTERS["f2-3-regional-cases"].members
    assert sum(member.participation is Participation.CORE for member in members) == 5
    assert sum(member.participation is Participation.ON_CALL for member in members) == 11


def test_contradictions_of_the_source_are_remarked_on_and_not_hidden() -> None:
    remarks = {name: found for name, charter in CHARTERS.items() if (found := rules.remarks(charter.outline()))}
    assert remarks == {
        "f2-3-regional-cases": ["network.copies-differ-from-signatories"],
        "f2-7-disability-services": ["network.papers-due-before-notice"],
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"goals": 0}, "network.goal-missing"),
        ({"members": 1}, "network.members-too-few"),
        ({"age_from": 15, "age_to": 9}, "network.ages-reversed"),
        ({"levels": ("outputs", "outputs")}, "network.matrix-level-twice"),
    ],
)
def test_charters_that_cannot_be_kept(change: dict[str, object], code: str) -> None:
    assert [unmet.code for unmet in rules.unmet(replace(OUTLINE, **change))] == [code]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("notice_days", "materials", "remarked"), [(14, 10, True), (14, 9, False), (7, 10, True), (None, 10, False)]
)
def test_papers_that_fall_due_with_or_before_the_notice_are_remarked_on(
    notice_days: int | None, materials: int, remarked: bool
) -> None:
    outline = replace(OUTLINE, notice_days=notice_days, materials_working_days=materials)
    assert (rules.remarks(outline) == ["network.papers-due-before-notice"]) == remarked
