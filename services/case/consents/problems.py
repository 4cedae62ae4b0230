"""What can go wrong with consents."""

from shared.http.problems import NotFound, Refused


class ConsentNotFound(NotFound):
    """There is no such consent, or it is not for this actor to know."""

    code = "consent-not-found"


class ConsentRefused(Refused):
    """The consent cannot be signed as it stands; the unmet conditions are named."""

    code = "consent-refused"


class NotWithdrawn(NotFound):
    """The consent has not been withdrawn, so there is no receipt."""

    code = "consent-not-withdrawn"
