"""What can go wrong with notices."""

from shared.http.problems import NotFound, Refused


class NoticeNotFound(NotFound):
    """There is no such notice, or it is another agency's."""

    code = "notice-not-found"


class ReactionRefused(Refused):
    """The reaction cannot be recorded; the unmet conditions are named."""

    code = "reaction-refused"
