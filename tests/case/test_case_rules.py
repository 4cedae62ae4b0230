"""When a case may be opened, what the initial decision asks for, and what may be done next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.case.cases import rules
from services.case.cases.rules import CaseState, InitialDecision
from tests.case.unmet import codes

REFER, SINGLE, MANAGEMENT = InitialDecision.REFER, InitialDecision.SINGLE, InitialDecision.CASE_MANAGEMENT
SOURCES = ["client", "noticer"]

decisions = st.sampled_from(InitialDecision)
states = st.builds(CaseState, st.none() | decisions, st.booleans())


@pytest.mark.parametrize(
    ("has_open_case", "source", "has_a_choice", "voluntary", "unmet"),
    [
        (False, "client", True, True, []),
        (True, "client", True, None, ["case.already-open"]),
        (False, "court_or_prosecutor", True, False, ["case.source-not-taken"]),
        (True, "court_or_prosecutor", True, None, ["case.already-open", "case.source-not-taken"]),
        (False, "client", False, True, ["case.client-has-no-choice"]),
        (False, "client", False, False, []),
        (False, "client", False, None, []),
    ],
)
def test_a_case_is_opened_once_from_a_source_the_agency_takes_and_by_choice_only_where_there_is_one(
    has_open_case: bool, source: str, has_a_choice: bool, voluntary: bool | None, unmet: list[str]
) -> None:
    lacking = rules.opening_unmet(
        has_open_case=has_open_case, source=source, sources=SOURCES, has_a_choice=has_a_choice, voluntary=voluntary
    )
    assert codes(lacking) == unmet


@pytest.mark.parametrize(
    ("decision", "activities", "needs", "decided", "unmet"),
    [
        (REFER, 0, 0, False, []),
        (SINGLE, 1, 1, False, []),
        (MANAGEMENT, 1, 1, False, []),
        (SINGLE, 0, 1, False, ["decision.activities-missing"]),
        (SINGLE, 1, 0, False, ["decision.needs-missing"]),
        (MANAGEMENT, 0, 0, False, ["decision.activities-missing", "decision.needs-missing"]),
        (REFER, 0, 0, True, ["case.already-decided"]),
    ],
)
def test_help_of_the_agencys_own_needs_sheet_a1_and_a_decision_is_made_once(
    decision: InitialDecision, activities: int, needs: int, decided: bool, unmet: list[str]
) -> None:
    assert codes(rules.decision_unmet(decision, activities, needs, decided=decided)) == unmet


@pytest.mark.parametrize(
    ("decided", "agreement_signed", "outstanding"),
    [
        (None, False, []),
        (REFER, False, []),
        (SINGLE, False, []),
        (MANAGEMENT, False, ["decision.agreement-missing"]),
        (MANAGEMENT, True, []),
    ],
)
def test_case_management_waits_for_sheet_a2(
    decided: InitialDecision | None, agreement_signed: bool, outstanding: list[str]
) -> None:
    assert codes(rules.outstanding(CaseState(decided, agreement_signed))) == outstanding


@pytest.mark.parametrize(
    ("state", "action", "unmet"),
    [
        (CaseState(None, False), "decide", []),
        (CaseState(REFER, False), "decide", ["case.already-decided"]),
        (CaseState(None, True), "manage", ["case.not-decided-for-management"]),
        (CaseState(SINGLE, True), "manage", ["case.not-decided-for-management"]),
        (CaseState(MANAGEMENT, False), "manage", ["decision.agreement-missing"]),
        (CaseState(MANAGEMENT, True), "manage", []),
        (CaseState(None, False), "note-contact", []),
        (CaseState(None, False), "add-task", []),
        (CaseState(None, False), "record-problem", []),
    ],
)
def test_what_may_be_done_next(state: CaseState, action: str, unmet: list[str]) -> None:
    assert codes(rules.allowed_actions(state)[action]) == unmet


@given(states)
def test_a_case_is_managed_only_when_nothing_is_outstanding(state: CaseState) -> None:
    managed = not rules.allowed_actions(state)["manage"]
    assert managed == (state.decided is MANAGEMENT and not rules.outstanding(state))


@given(states, decisions, st.integers(1, 30), st.integers(1, 30))
def test_the_next_actions_and_the_decision_itself_agree(
    state: CaseState, decision: InitialDecision, activities: int, needs: int
) -> None:
    refused = rules.decision_unmet(decision, activities, needs, decided=state.decided is not None)
    assert codes(refused) == codes(rules.allowed_actions(state)["decide"])
