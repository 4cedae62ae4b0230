"""What may be done on a case now, and what the initial decision asks for. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from shared.rules import Unmet, failing


class InitialDecision(StrEnum):
    """What follows the initial assessment (form A, 6.2; 004 L5866-5915)."""

    REFER = "refer"
    SINGLE = "single"
    CASE_MANAGEMENT = "case_management"


class Informant(StrEnum):
    """Who tells of the problem (form A, part 2; 004 L5627-5664)."""

    CLIENT = "client"
    NOTICER = "noticer"
    NETWORK_MEMBER = "network_member"


class Channel(StrEnum):
    """How the client and the agency met."""

    VISIT = "visit"
    HOME_VISIT = "home_visit"
    PHONE = "phone"
    EMAIL = "email"
    E_SERVICE = "e_service"


@dataclass(frozen=True, slots=True)
class CaseState:
    """What the rules know of a case."""

    decided: InitialDecision | None
    agreement_signed: bool


def opening_unmet(
    *, has_open_case: bool, source: str, sources: Collection[str], has_a_choice: bool, voluntary: bool | None
) -> list[Unmet]:
    """Conditions that keep an agency from opening a case: one case a client at a time, from a source it takes.

    Source: one case from beginning to end (004 L3992, L4205-4215); ways of contact, agency profile; a client of
    probation has no choice (004 L253-254, L4860-4861; K:2629-2633).
    """
    return failing(
        (not has_open_case, "case.already-open"),
        (source in sources, "case.source-not-taken", "/source"),
        (has_a_choice or not voluntary, "case.client-has-no-choice", "/voluntary"),
    )


def decision_unmet(decision: InitialDecision, activities: int, needs: int, *, decided: bool) -> list[Unmet]:
    """Conditions that keep an initial decision from being made. Source: form A, 6.2 and A1 (004 L5907-5962)."""
    with_sheet_a1 = decision is not InitialDecision.REFER
    return failing(
        (not decided, "case.already-decided"),
        (not with_sheet_a1 or activities > 0, "decision.activities-missing", "/activities"),
        (not with_sheet_a1 or needs > 0, "decision.needs-missing", "/needs"),
    )


def outstanding(case: CaseState) -> list[Unmet]:
    """What the decision still waits for. Case management needs sheet A2, the cooperation agreement (004 L5907-5910)."""
    managed = case.decided is InitialDecision.CASE_MANAGEMENT
    return failing((not managed or case.agreement_signed, "decision.agreement-missing"))


def allowed_actions(case: CaseState) -> dict[str, list[Unmet]]:
    """What may be done next: for each action the conditions it still lacks, none when it may be done."""
    return {
        "decide": failing((case.decided is None, "case.already-decided")),
        "note-contact": [],
        "add-task": [],
        "record-problem": [],
        "manage": failing((case.decided is InitialDecision.CASE_MANAGEMENT, "case.not-decided-for-management"))
        or outstanding(case),
    }
