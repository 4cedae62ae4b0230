"""Every table of the feedback service, for migrations."""

from services.feedback.answers import models as answers
from services.feedback.base import Base
from services.feedback.invitations import models as invitations
from services.feedback.triggers import models as triggers

__all__ = ["Base", "answers", "invitations", "triggers"]
