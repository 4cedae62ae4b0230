"""The vocabulary of surveys: natures of service, kinds of survey, the scale. Pure."""

from enum import StrEnum

LOWEST_SCORE, HIGHEST_SCORE = 0, 10


class Nature(StrEnum):
    """Whether the person could choose the service. Source: 001 L1084-1086, L1159-1163."""

    VOLUNTARY = "voluntary"
    MANDATORY = "mandatory"
    ENFORCEMENT = "enforcement"


class SurveyKind(StrEnum):
    """After one service contact, or about the relationship as a whole. Source: 001 L321-335."""

    CONTACT = "contact"
    RELATIONSHIP = "relationship"
