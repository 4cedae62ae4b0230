"""What can go wrong with requests to put the record right."""

from shared.http.problems import NotFound, Refused


class RectificationNotFound(NotFound):
    """There is no such request, or it is not for this actor to know."""

    code = "rectification-not-found"


class RectificationRefused(Refused):
    """The request cannot be taken or answered so; the unmet conditions are named."""

    code = "rectification-refused"
