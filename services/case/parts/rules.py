"""What relations and earlier assessments there are, why they end, and who may add one. Pure."""

from enum import StrEnum

from services.case.clients.rules import Hold
from shared.rules import Unmet, failing


class RelationKind(StrEnum):
    """Who a named person is to the client."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    COHABITING_FAMILY = "cohabiting_family"


class RepresentationBasis(StrEnum):
    """Why somebody acts for the person (esindusõiguse alus): 004 L540-549; regulation 10 of 09.02.2016, case plan.

    Foster parents (kasuvanem) and carers (hooldaja) are heard (004 L667-670). Which basis lets whom sign: law.yaml.
    """

    PARENT = "parent"
    FOSTER_PARENT = "foster_parent"
    GUARDIAN = "guardian"
    CARER = "carer"
    COURT = "court"
    AUTHORISATION = "authorisation"


class EarlierAssessmentKind(StrEnum):
    """Earlier assessments (eelnevalt läbiviidud hindamised)."""

    CARE_NEED = "care_need"
    UNEMPLOYED_COPING = "unemployed_coping"
    PROBATION_RISK = "probation_risk"
    REHABILITATION_PLAN = "rehabilitation_plan"
    OTHER = "other"


class PartEnd(StrEnum):
    """Why a relation or an earlier assessment is no longer on the record: it is over, or it was never true."""

    OVER = "over"
    WRONG = "wrong"


MOST_PARTS = 100
"""So many relations, or earlier assessments, a record shows at once."""


def addition_unmet(hold: Hold, present: int) -> list[Unmet]:
    """Conditions that keep an agency from adding a part of its own to a record that has so many of the kind.

    Source: an agency works with a client within a case (004 L3814-3823).
    """
    return failing(
        (hold.own or bool(hold.shared), "client.no-open-case"),
        (present < MOST_PARTS, "client.too-many-parts"),
    )
