"""What can go wrong with what a client is known by."""

from shared.http.problems import NotFound, Refused


class IdentifierNotFound(NotFound):
    """The client is not and was not known by this."""

    code = "identifier-not-found"


class IdentifierRefused(Refused):
    """The record cannot be known by this, or cannot be without it."""

    code = "identifier-refused"
