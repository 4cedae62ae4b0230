"""Every table of the case service, for migrations."""

from services.case.base import Base
from services.case.cases import models as cases
from services.case.clients import models as clients
from services.case.consents import models as consents
from services.case.erasures import models as erasures
from services.case.identifiers import models as identifiers
from services.case.imports import models as imports
from services.case.merges import models as merges
from services.case.notices import models as notices
from services.case.tasks import models as tasks

__all__ = ["Base", "cases", "clients", "consents", "erasures", "identifiers", "imports", "merges", "notices", "tasks"]
