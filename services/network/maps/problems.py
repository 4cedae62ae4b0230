"""What can go wrong with a network map."""

from shared.http.problems import NotFound, Refused


class MapNotFound(NotFound):
    """There is no such map, or the actor has no ground to see it."""

    code = "map-not-found"


class MapRefused(Refused):
    """The map contradicts the handbook's notation."""

    code = "map-refused"
