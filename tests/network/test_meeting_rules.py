"""When a network meeting can be called and when its minutes can be kept."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.network.meetings import rules
from services.network.meetings.rules import Agenda, Attendee, Decision, Item, Minutes, Standing, Support
from shared.rules import Unmet

TODAY = date(2026, 3, 3)
CLIENT = Attendee(standing=Standing.CLIENT)
AUNT = Attendee(standing=Standing.INFORMAL, relation="aunt")
OFFICER = Attendee(standing=Standing.FORMAL, post="probation officer", institution="probation")
AGENDA = Agenda(
    starts_at=time(14), ends_at=time(15), items=[Item(time(14), time(14, 30))], invited=[CLIENT, AUNT, OFFICER]
)
DECISION = Decision(due_on=TODAY, responsible_agency="tamme", support=Support.CONSENSUS, dissent=None)
MINUTES = Minutes(
    held_on=TODAY,
    chair="case manager",
    minute_taker="school social worker",
    participants=[CLIENT, OFFICER],
    absentees=[AUNT],
    decisions=[DECISION],
)


def codes(unmet: list[Unmet]) -> list[str]:
    return [one.code for one in unmet]


def test_a_complete_agenda_and_complete_minutes_are_kept() -> None:
    assert rules.agenda_unmet(AGENDA) == []
    assert rules.minutes_unmet(MINUTES, is_minuted=False, today=TODAY) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"ends_at": time(14), "items": []}, ["meeting.ends-before-start"]),
        ({"items": [Item(time(14, 30), time(14, 30))]}, ["meeting.item-ends-before-start"]),
        ({"items": [Item(time(13, 50), time(14, 10))]}, ["meeting.item-outside-meeting"]),
        ({"items": [Item(time(14, 50), time(15, 10))]}, ["meeting.item-outside-meeting"]),
        ({"invited": [CLIENT, CLIENT]}, ["meeting.client-twice"]),
        ({"invited": [replace(CLIENT, name="somebody")]}, ["meeting.client-described"]),
        ({"invited": [replace(AUNT, relation=None)]}, ["meeting.relation-missing"]),
        ({"invited": [replace(OFFICER, post=None)]}, ["meeting.post-missing"]),
        ({"invited": [replace(OFFICER, institution=None)]}, ["meeting.post-missing"]),
    ],
)
def test_agendas_that_cannot_be_called(change: dict[str, object], expected: list[str]) -> None:
    assert codes(rules.agenda_unmet(replace(AGENDA, **change))) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"held_on": TODAY + timedelta(days=1), "decisions": []}, "meeting.not-yet-held"),
        ({"chair": None}, "meeting.chair-missing"),
        ({"minute_taker": None}, "meeting.minute-taker-missing"),
        ({"participants": []}, "meeting.nobody-present"),
        ({"absentees": [replace(OFFICER, post=None)]}, "meeting.post-missing"),
        ({"decisions": [replace(DECISION, due_on=None)]}, "decision.due-date-missing"),
        ({"decisions": [replace(DECISION, due_on=TODAY - timedelta(days=1))]}, "decision.due-before-meeting"),
        ({"decisions": [replace(DECISION, responsible_agency=None)]}, "decision.responsible-missing"),
        ({"decisions": [replace(DECISION, support=Support.WITH_DISSENT)]}, "decision.dissent-unclear"),
        ({"decisions": [replace(DECISION, dissent="the school disagrees")]}, "decision.dissent-unclear"),
    ],
)
def test_minutes_that_cannot_be_kept(change: dict[str, object], code: str) -> None:
    minutes = replace(MINUTES, **change)  # type: ignore[arg-type]
    assert codes(rules.minutes_unmet(minutes, is_minuted=False, today=TODAY)) == [code]


def test_a_meeting_has_one_set_of_minutes() -> None:
    assert codes(rules.minutes_unmet(MINUTES, is_minuted=True, today=TODAY)) == ["meeting.minuted-already"]


@given(due_in=st.integers(-400, 400), agency=st.sampled_from([None, "tamme"]))
def test_a_decision_needs_somebody_responsible_and_a_date_not_before_the_meeting(
    due_in: int, agency: str | None
) -> None:
    decision = replace(DECISION, due_on=TODAY + timedelta(days=due_in), responsible_agency=agency)
    unmet = rules.minutes_unmet(replace(MINUTES, decisions=[decision]), is_minuted=False, today=TODAY)
    assert (unmet == []) == (due_in >= 0 and agency is not None)


def test_an_unmet_condition_points_at_the_decision_it_is_about() -> None:
    minutes = replace(MINUTES, decisions=[DECISION, replace(DECISION, due_on=None)])
    [unmet] = rules.minutes_unmet(minutes, is_minuted=False, today=TODAY)
    assert unmet.pointer == "/decisions/1/due_on"
