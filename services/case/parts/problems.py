"""What can go wrong with a part of the record."""

from shared.http.problems import NotFound


class PartNotFound(NotFound):
    """There is no such relation or earlier assessment on the record, or the actor has no ground to see it."""

    code = "part-not-found"
