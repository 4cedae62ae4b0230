"""The categories of personal data, the grounds on which an actor may see them, and what is done with them."""

from enum import StrEnum


class Category(StrEnum):
    """What kind of data a row holds. Consents and grants are given by category."""

    IDENTITY = "identity"
    CONTACT = "contact"
    SOCIAL = "social"
    HEALTH = "health"
    CASE = "case"
    PLAN = "plan"
    JOURNAL = "journal"
    NEEDS = "needs"
    RISK = "risk"
    NETWORK = "network"
    FEEDBACK = "feedback"
    EXISTENCE = "existence"


class Ground(StrEnum):
    """Why an actor may see a row."""

    OWN = "own"
    SHARED_RECORD = "shared-record"
    EXISTENCE = "existence"
    CONSENT = "consent"
    STATUTE = "statute"
    DANGER = "danger"
    PERSON = "person"
    SERVICE = "service"


class AccessAction(StrEnum):
    """What was done with a person's data, as the access log says it."""

    READ = "read"
    SEARCH = "search"
    LOOK_UP = "look-up"
    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"
    MERGE = "merge"
    UNMERGE = "unmerge"
    DISCLOSE = "disclose"
    ERASE = "erase"
