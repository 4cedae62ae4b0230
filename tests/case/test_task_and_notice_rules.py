"""When a task may be added or finished, and when a notice may be decided on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.case.notices import rules as notices
from services.case.notices.rules import Reaction
from services.case.tasks import rules as tasks
from services.case.tasks.rules import TaskStatus
from tests.case.unmet import codes

TODAY = date(2026, 3, 2)


@given(st.dates(), st.dates())
def test_a_task_is_due_today_or_later(due_on: date, today: date) -> None:
    expected = [] if due_on >= today else ["task.due-in-the-past"]
    assert codes(tasks.adding_unmet(due_on, today)) == expected


@pytest.mark.parametrize(
    ("due_on", "unmet"),
    [(TODAY, []), (TODAY + timedelta(days=1), []), (TODAY - timedelta(days=1), ["task.due-in-the-past"])],
)
def test_the_last_day_of_a_task_is_not_past(due_on: date, unmet: list[str]) -> None:
    assert codes(tasks.adding_unmet(due_on, TODAY)) == unmet


@pytest.mark.parametrize(("status", "unmet"), [(TaskStatus.OPEN, []), (TaskStatus.DONE, ["task.already-done"])])
def test_a_task_is_finished_once(status: TaskStatus, unmet: list[str]) -> None:
    assert codes(tasks.completion_unmet(status)) == unmet


@pytest.mark.parametrize(
    ("reaction", "reacted", "client_named", "client_known", "unmet"),
    [
        (Reaction.REACT, False, True, True, []),
        (Reaction.REACT, False, False, False, ["notice.client-missing"]),
        (Reaction.REACT, False, True, False, ["notice.client-missing"]),
        (Reaction.DO_NOT_REACT, False, False, False, []),
        (Reaction.DO_NOT_REACT, False, True, True, []),
        (Reaction.DO_NOT_REACT, False, True, False, ["notice.client-missing"]),
        (Reaction.REACT, True, True, True, ["notice.already-decided"]),
        (Reaction.REACT, True, False, False, ["notice.already-decided", "notice.client-missing"]),
    ],
)
def test_a_notice_is_decided_on_once_and_taken_up_for_somebody_who_is_known(
    reaction: Reaction, reacted: bool, client_named: bool, client_known: bool, unmet: list[str]
) -> None:
    facts = {"reacted": reacted, "client_named": client_named, "client_known": client_known}
    assert codes(notices.reaction_unmet(reaction, **facts)) == unmet
