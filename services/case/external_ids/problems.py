"""What can go wrong with external ids."""

from shared.http.problems import NotFound


class ExternalIdNotFound(NotFound):
    """No system of the agency knows the client by this."""

    code = "external-id-not-found"
