"""How a client may come to an agency, and on which grounds data may leave it. Pure."""

from enum import StrEnum


class ContactSource(StrEnum):
    """How a client came to the agency (004 L3711-3723, L4851-4853, L5207-5225; 002 K:2087-2091)."""

    CLIENT = "client"
    NOTICER = "noticer"
    COURT_OR_PROSECUTOR = "court_or_prosecutor"
    COMMISSION_REFERRAL = "commission_referral"
    AGENCY_REFERRAL = "agency_referral"


class DangerKind(StrEnum):
    """What is in danger, where data may be opened without consent (004 L3836-3840, L4295-4298, L4919-4924)."""

    LIFE_HEALTH_OTHER = "life_health_other"
    LIFE_HEALTH_CLIENT = "life_health_client"
    CRIME = "crime"


class DisclosureGround(StrEnum):
    """Why data may be given to somebody outside (004 L3836-3854, L4295-4298, L4868-4870, L4919-4924, L5971-5972)."""

    CONSENT = "consent"
    LIFE_HEALTH_OTHER = "life_health_other"
    LIFE_HEALTH_CLIENT = "life_health_client"
    CRIME = "crime"
    STATUTE_OR_COURT = "statute_or_court"


class Signer(StrEnum):
    """Who signs a consent."""

    CLIENT = "client"
    REPRESENTATIVE = "representative"


class Represented(StrEnum):
    """For whom a representative signs: a child, a grown-up of whose capacity a court decided, or any other."""

    MINOR = "minor"
    WARD = "ward"
    CAPABLE = "capable"
