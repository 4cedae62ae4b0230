"""What can go wrong with erasures."""

from shared.http.problems import NotFound, Refused


class ErasureNotFound(NotFound):
    """There is no such order, or it is another agency's."""

    code = "erasure-not-found"


class ErasureRefused(Refused):
    """The data may not be erased now; the unmet conditions are named."""

    code = "erasure-refused"


class StatementForged(Exception):
    """A statement about an erasure is not signed by the service that is said to have made it, or is about another."""
