"""What can go wrong with assessments."""

from shared.http.problems import Forbidden, NotFound, Refused


class AssessmentNotFound(NotFound):
    """There is no such assessment, or it is not for this actor to know."""

    code = "assessment-not-found"


class AssessmentOfAnother(Forbidden):
    """The assessment belongs to another agency, which alone may change it."""

    code = "assessment-of-another-agency"


class AssessmentRefused(Refused):
    """A rule keeps this from being done with the assessment; every unmet condition is named."""

    code = "assessment-refused"
