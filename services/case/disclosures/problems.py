"""What can go wrong with disclosures."""

from shared.http.problems import NotFound, Refused


class DisclosureNotFound(NotFound):
    """There is no such disclosure, or it is another agency's."""

    code = "disclosure-not-found"


class DisclosureRefused(Refused):
    """The agency may not give the data out on this ground; the unmet conditions are named."""

    code = "disclosure-refused"
