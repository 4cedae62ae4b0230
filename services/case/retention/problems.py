"""What can go wrong with retention runs."""

from uuid import UUID

from shared.http.problems import NotFound, Refused


class RunNotFound(NotFound):
    """There is no such run, or it is another agency's."""

    code = "retention-run-not-found"


class RetentionRefused(Refused):
    """The agency cannot run retention; the unmet conditions are named."""

    code = "retention-refused"


class RunFailed(Exception):
    """A run cannot go on; `reason` is the kind of error, which tells nothing of anybody."""

    def __init__(self, run_id: UUID, error: Exception) -> None:
        super().__init__(run_id)
        self.run_id = run_id
        self.reason = type(error).__name__
