"""Every table of the assessment service, for migrations."""

from services.assessment.assessments import models as assessments
from services.assessment.base import Base

__all__ = ["Base", "assessments"]
