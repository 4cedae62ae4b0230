"""What can go wrong with restrictions."""

from shared.http.problems import NotFound, Refused


class RestrictionNotFound(NotFound):
    """There is no such restriction, or another agency decided it."""

    code = "restriction-not-found"


class RestrictionRefused(Refused):
    """The record cannot be closed, or opened again, in this way; the unmet conditions are named."""

    code = "restriction-refused"
