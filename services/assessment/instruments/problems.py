"""What can go wrong with instruments."""

from shared.http.problems import NotFound


class InstrumentNotFound(NotFound):
    """There is no such instrument, or no such version of it was published."""

    code = "instrument-not-found"
