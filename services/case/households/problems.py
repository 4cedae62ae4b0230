"""What can go wrong with households."""

from shared.http.problems import NotFound, Refused


class HouseholdNotFound(NotFound):
    """There is no such household, or the actor may not see who lives in it."""

    code = "household-not-found"


class HouseholdRefused(Refused):
    """The client cannot join the household, or cannot leave it."""

    code = "household-refused"
