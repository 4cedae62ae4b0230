"""What a task needs and when it may be finished. Every activity has a date and a performer (004 L5931, L6409)."""

from datetime import date
from enum import StrEnum

from shared.rules import Unmet, failing


class TaskStatus(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"


def adding_unmet(due_on: date, today: date) -> list[Unmet]:
    """Conditions that keep a task from being added by hand."""
    return failing((due_on >= today, "task.due-in-the-past", "/due_on"))


def completion_unmet(status: TaskStatus) -> list[Unmet]:
    """Conditions that keep a task from being finished."""
    return failing((status is TaskStatus.OPEN, "task.already-done"))
