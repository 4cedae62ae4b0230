"""What can go wrong with danger claims."""

from shared.http.problems import NotFound, Refused


class DangerClaimNotFound(NotFound):
    """There is no such claim, or it is another agency's."""

    code = "danger-claim-not-found"


class DangerClaimRefused(Refused):
    """The danger does not open this; the unmet conditions are named."""

    code = "danger-claim-refused"
