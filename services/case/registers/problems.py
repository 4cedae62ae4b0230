"""What can go wrong with a look-up in an outside register."""

from shared.http.problems import NotFound, Refused, Unavailable


class LookUpRefused(Refused):
    """The look-up cannot be made; the unmet conditions are named."""

    code = "look-up-refused"


class NotInRegister(NotFound):
    """The register knows nothing of this person."""

    code = "not-in-register"


class RegisterUnavailable(Unavailable):
    """The outside register does not answer, or is not connected to this installation."""

    code = "register-unavailable"
