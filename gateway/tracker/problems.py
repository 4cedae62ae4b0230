"""What may be refused, with the statuses that the protocol knows."""

from shared.http.problems import Malformed, Problem


class UsageMalformed(Malformed):
    """The question is not of its form; each error points at its place and repeats no value."""

    code = "usage-malformed"


class UsageUnavailable(Problem):
    """A service that has to be asked is down: a usage that is not whole is not given at all."""

    status = 500
    code = "usage-unavailable"
