"""What can go wrong with a network of agencies."""

from shared.http.problems import Conflict, Forbidden, NotFound, Refused


class NetworkNotFound(NotFound):
    """There is no such network."""

    code = "network-not-found"


class NetworkExists(Conflict):
    """Another network has this code."""

    code = "network-exists"


class NetworkRefused(Refused):
    """The charter does not hold what a network needs."""

    code = "network-refused"


class NotKeeper(Forbidden):
    """Only the agency that keeps a network may change its charter."""

    code = "not-keeper"
