"""What assessments can be about, how deep they go, and what an instrument can require of them. Pure."""

from enum import StrEnum


class LifeArea(StrEnum):
    """The areas of life (valdkond) that all agencies share. Source: 004 form A part 3 (L5665-5713)."""

    ECONOMIC_COPING = "economic-coping"
    HOUSING = "housing"
    RELATIONS = "relations"
    HEALTH = "health"
    STUDY_AND_WORK = "study-and-work"
    LEISURE = "leisure"
    OTHER = "other"


class Kind(StrEnum):
    """Intake (esmane) or in-depth (põhjalik) assessment. Source: 004 L1120-1132."""

    INITIAL = "initial"
    IN_DEPTH = "in_depth"


class Requirement(StrEnum):
    """Conditions that an instrument may set for completion; each value is the code of the unmet condition."""

    CLIENT_HEARD = "assessment.client-not-heard"
    PROBLEM_NAMED = "assessment.problem-missing"
    RESOURCE_NAMED = "assessment.resource-missing"
