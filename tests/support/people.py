"""People who do not exist: each call makes another one, with a possible personal code."""

import itertools
import os
import random
from datetime import date, timedelta
from typing import Any

from stdnum.ee import ik

_serial = itertools.count(random.randrange(100_000))
_dice = random.Random(os.urandom(8))

ADULT_BORN_BEFORE = date(2000, 1, 1)


def personal_code(born: date | None = None) -> str:
    """A possible Estonian personal code that no earlier call in this process has given."""
    born = born or date(1940, 1, 1) + timedelta(days=_dice.randrange((ADULT_BORN_BEFORE - date(1940, 1, 1)).days))
    century = {18: 1, 19: 3, 20: 5}[born.year // 100]
    body = f"{century + _dice.randrange(2)}{born:%y%m%d}{next(_serial) % 1000:03d}"
    return f"{body}{ik.calc_check_digit(body + '0')}"


def form_a(**changes: Any) -> dict[str, Any]:
    """A full form A, part 1; `changes` replace sections."""
    number = next(_serial)
    form: dict[str, Any] = {
        "identity": {
            "first_name": f"Eesnimi{number}",
            "last_name": f"Perenimi{number}",
            "personal_code": personal_code(),
            "citizenship": "estonian",
            "document": "id_card",
            "document_number": f"AB{number:07d}",
        },
        "contact": {
            "registered_address": f"Kaevu {number}, Tamme vald",
            "phone": f"+372 5{number:07d}",
            "email": f"resident{number}@example.org",
            "preferred_language": "et",
            "may_be_contacted": True,
        },
        "social": {"statuses": ["unemployed"], "marital_status": "single"},
        "health": {"insured": True, "disability_degree": "moderate", "valid_until": "2030-06-30"},
        "relations": [{"kind": "cohabiting_family", "name": f"Laps {number}", "relation": "child"}],
        "earlier_assessments": [{"kind": "care_need", "made_on": "2025-03-01", "valid_until": "2027-03-01"}],
    }
    return form | changes
