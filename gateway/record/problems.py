"""What can go wrong with the whole record."""

from shared.http.problems import NotFound, Problem


class RecordNotFound(NotFound):
    """No service holds anything of this person that the reader may see."""

    code = "record-not-found"


class NotAcceptable(Problem):
    """The whole record is to be had as JSON and as PDF only."""

    status = 406
    code = "not-acceptable"
