"""What can go wrong with retention runs."""

from shared.http.problems import NotFound


class RunNotFound(NotFound):
    """There is no such run, or it is another agency's."""

    code = "retention-run-not-found"
