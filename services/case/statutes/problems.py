"""What can go wrong with statutory claims."""

from shared.http.problems import NotFound, Refused


class StatutoryClaimNotFound(NotFound):
    """There is no such claim, or it is another agency's."""

    code = "statutory-claim-not-found"


class StatutoryClaimRefused(Refused):
    """The legal code does not open this; the unmet conditions are named."""

    code = "statutory-claim-refused"
