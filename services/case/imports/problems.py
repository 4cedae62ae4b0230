"""What can go wrong with imports."""

from shared.http.problems import NotFound, Refused


class ImportNotFound(NotFound):
    """There is no such import, or it is another agency's."""

    code = "import-not-found"


class ImportRefused(Refused):
    """The rows cannot be taken, or the import cannot be ended; the unmet conditions are named."""

    code = "import-refused"
