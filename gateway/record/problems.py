"""What can go wrong with the whole record."""

from shared.http.forms import NotAcceptable
from shared.http.problems import NotFound


class RecordNotFound(NotFound):
    """No service holds anything of this person that the reader may see."""

    code = "record-not-found"


class RecordTooLong(NotAcceptable):
    """The record has more rows than are put on paper; as data it is to be had whole."""

    code = "record-too-long"
