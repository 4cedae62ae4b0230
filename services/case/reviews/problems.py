"""What can go wrong with reviews."""

from shared.http.problems import NotFound, Refused


class ReviewNotFound(NotFound):
    """There is no such review, or it is another agency's."""

    code = "review-not-found"


class ReviewRefused(Refused):
    """The review cannot be decided by this officer now; the unmet conditions are named."""

    code = "review-refused"
