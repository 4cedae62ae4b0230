"""What can go wrong with the whole record."""

from shared.http.problems import NotFound


class RecordNotFound(NotFound):
    """No service holds anything of this person that the reader may see."""

    code = "record-not-found"
