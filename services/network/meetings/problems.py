"""What can go wrong with a network meeting."""

from shared.http.problems import NotFound, Refused


class MeetingNotFound(NotFound):
    """There is no such meeting, or the actor has no ground to see it."""

    code = "meeting-not-found"


class DecisionNotFound(NotFound):
    """There is no such decision."""

    code = "decision-not-found"


class MeetingRefused(Refused):
    """The agenda or the minutes do not hold what the forms ask for."""

    code = "meeting-refused"
