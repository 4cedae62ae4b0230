"""What can go wrong with consents."""

from shared.http.problems import NotFound, Refused


class ConsentNotFound(NotFound):
    """There is no such consent, or it is not for this actor to know."""

    code = "consent-not-found"


class ConsentRefused(Refused):
    """The consent cannot be offered, signed, narrowed or withdrawn so; the unmet conditions are named."""

    code = "consent-refused"


class NotSigned(NotFound):
    """The consent has only been offered, so there is no receipt."""

    code = "consent-not-signed"


class NotWithdrawn(NotFound):
    """The consent has not been withdrawn, so there is no receipt."""

    code = "consent-not-withdrawn"
