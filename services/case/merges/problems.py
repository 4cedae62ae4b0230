"""What can go wrong with merges."""

from shared.http.problems import NotFound, Refused


class MergeNotFound(NotFound):
    """There is no such merge, or it is not for this actor to know."""

    code = "merge-not-found"


class MergeRefused(Refused):
    """The records cannot be merged, or the merge cannot be undone; the unmet conditions are named."""

    code = "merge-refused"
