"""How a client may come to an agency. Pure."""

from enum import StrEnum


class ContactSource(StrEnum):
    """How a client came to the agency (004 L3711-3723, L4851-4853, L5207-5225; 002 K:2087-2091)."""

    CLIENT = "client"
    NOTICER = "noticer"
    COURT_OR_PROSECUTOR = "court_or_prosecutor"
    COMMISSION_REFERRAL = "commission_referral"
    AGENCY_REFERRAL = "agency_referral"
