"""What can go wrong with likely duplicates."""

from services.case.search.schemas import Hits
from shared.http.problems import Conflict, NotFound, Refused


class ClientLikelyExists(Conflict):
    """Somebody very like this person has a record: say in `distinct_from` that it is somebody else, or use theirs.

    `likely` has the masked hits.
    """

    code = "client-likely-exists"

    def __init__(self, hits: Hits | None = None) -> None:
        super().__init__(extensions={"likely": hits.model_dump(mode="json") if hits else None})


class DuplicateNotFound(NotFound):
    """There is no such pair, or neither record is the agency's."""

    code = "duplicate-not-found"


class DismissalRefused(Refused):
    """The pair cannot be dismissed as it stands."""

    code = "dismissal-refused"


class ScanNotFound(NotFound):
    """There is no such scan."""

    code = "scan-not-found"


class ScanRefused(Refused):
    """The register cannot be scanned now."""

    code = "scan-refused"
