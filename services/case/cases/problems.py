"""What can go wrong with cases."""

from shared.http.problems import NotFound, Refused


class CaseNotFound(NotFound):
    """There is no such case, or it is another agency's."""

    code = "case-not-found"


class CaseRefused(Refused):
    """The case cannot be opened; the unmet conditions are named."""

    code = "case-refused"


class DecisionRefused(Refused):
    """The initial decision cannot be made; the unmet conditions are named."""

    code = "decision-refused"
