"""When an assessment is complete, who may change it, and when a need is complex. Pure: no database, clock or I/O."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from services.assessment.instruments.rules import Kind, LifeArea, Requirement
from shared.rules import Unmet, failing


@dataclass(frozen=True, slots=True)
class Findings:
    """What an assessment holds, as far as the rules look at it."""

    client_heard_in: frozenset[LifeArea]
    problems: int
    resources: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How an assessment stands towards the officer who wants to change it."""

    is_own: bool
    is_completed: bool
    is_assessor: bool
    is_case_manager: bool


def unmet_for_start(served: Collection[Kind], kind: Kind) -> list[Unmet]:
    """Conditions that keep an assessment of this kind from being started with an instrument that serves some kinds.

    Source: 004 L1120-1132.
    """
    return failing((kind in served, "assessment.kind-not-served", "/kind"))


def unmet_for_change(standing: Standing) -> list[Unmet]:
    """Conditions that keep an officer from writing into an assessment.

    It belongs to the agency that makes it, is a case manager's work (004 L3700-3701), and once completed stays as it
    was so that later ones can be compared with it (004 L1133-1137, L165-166).
    """
    return failing(
        (standing.is_own, "assessment.of-another-agency"),
        (standing.is_case_manager, "assessment.not-a-case-manager"),
        (not standing.is_completed, "assessment.already-completed"),
    )


def unmet_for_completion(required: Collection[Requirement], findings: Findings, standing: Standing) -> list[Unmet]:
    """Conditions that keep an assessment from being completed.

    The summary is written by the specialist who made the assessment and by nobody else (004 L1388-1389); what must
    have been found first is said by the instrument.
    """
    return unmet_for_change(standing) + failing(
        (standing.is_assessor, "assessment.not-the-assessor"),
        *((_holds(requirement, findings), requirement.value) for requirement in sorted(required)),
    )


def unmet_for_area(asked: Collection[LifeArea], area: LifeArea) -> list[Unmet]:
    """An instrument need not ask about every life area; nothing is recorded where it asks nothing."""
    return failing((area in asked, "assessment.area-not-asked"))


def unmet_for_resource(known: Collection[str], kind: str) -> list[Unmet]:
    """A resource is of a kind that the instrument knows. Source: 004 L1326-1381."""
    return failing((kind in known, "assessment.resource-kind-unknown", "/kind"))


def actions(required: Collection[Requirement], findings: Findings, standing: Standing) -> dict[str, list[Unmet]]:
    """What may be done next: for each action the conditions it still lacks, none when it may be done."""
    to_change = unmet_for_change(standing)
    return {
        "describe-area": to_change,
        "record-problem": to_change,
        "record-resource": to_change,
        "record-need": to_change,
        "complete": unmet_for_completion(required, findings, standing),
    }


def is_complex(areas: Iterable[LifeArea], threshold: int) -> bool:
    """Whether needs in these areas are a complex need (kompleksne abivajadus), by a threshold in areas.

    Source: 002 L1491-1499, a problem divided between two or three areas of life.
    """
    return len(set(areas)) >= threshold


def _holds(requirement: Requirement, findings: Findings) -> bool:
    match requirement:
        case Requirement.CLIENT_HEARD:
            return bool(findings.client_heard_in)
        case Requirement.PROBLEM_NAMED:
            return findings.problems > 0
        case Requirement.RESOURCE_NAMED:
            return findings.resources > 0
