"""Every table of the case service, for migrations."""

from services.case.base import Base
from services.case.cases import models as cases
from services.case.clients import models as clients
from services.case.consents import models as consents
from services.case.dangers import models as dangers
from services.case.disclosures import models as disclosures
from services.case.duplicates import models as duplicates
from services.case.erasures import models as erasures
from services.case.external_ids import models as external_ids
from services.case.households import models as households
from services.case.identifiers import models as identifiers
from services.case.imports import models as imports
from services.case.merges import models as merges
from services.case.notices import models as notices
from services.case.notifications import models as notifications
from services.case.parts import models as parts
from services.case.rectifications import models as rectifications
from services.case.restrictions import models as restrictions
from services.case.retention import models as retention
from services.case.statutes import models as statutes
from services.case.tasks import models as tasks

__all__ = [
    "Base",
    "cases",
    "clients",
    "consents",
    "dangers",
    "disclosures",
    "duplicates",
    "erasures",
    "external_ids",
    "households",
    "identifiers",
    "imports",
    "merges",
    "notices",
    "notifications",
    "parts",
    "rectifications",
    "restrictions",
    "retention",
    "statutes",
    "tasks",
]
