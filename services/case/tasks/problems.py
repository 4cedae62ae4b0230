"""What can go wrong with tasks."""

from shared.http.problems import NotFound, Refused


class TaskNotFound(NotFound):
    """There is no such task, or it is another agency's."""

    code = "task-not-found"


class TaskRefused(Refused):
    """The task cannot be added or finished; the unmet conditions are named."""

    code = "task-refused"
