"""The categories of personal data and the grounds on which an actor may see them."""

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
