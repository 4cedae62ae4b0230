"""A resident of the sandbox: invented anew for each performance, so that it can be played again and again."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from stdnum.ee import ik

FIRST_NAMES = ("Anna", "Maarja", "Liisa", "Kersti", "Heli", "Tiiu")
LAST_NAMES = ("Näidis", "Proovikas", "Katseline", "Mudelson", "Liivaste", "Väljamõeld")
OLDEST, YOUNGEST = date(1962, 1, 1), date(1999, 12, 31)


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who does not exist: everything that may stand in one table only."""

    first_name: str
    last_name: str
    personal_code: str
    address: str
    phone: str
    email: str
    document_number: str

    @classmethod
    def invented(cls, first_name: str | None = None, last_name: str | None = None) -> "Resident":
        """A new resident; names may be given."""
        number = secrets.randbelow(10**6)
        first = first_name or secrets.choice(FIRST_NAMES)
        last = last_name or secrets.choice(LAST_NAMES)
        return cls(
            first_name=first,
            last_name=last,
            personal_code=_personal_code(),
            address=f"Kanarbiku tee {number}, Tamme",
            phone=f"+372 5{number:06d}0",
            email=f"elanik.{number}@example.org",
            document_number=f"NA{number:07d}",
        )

    def form_a(self) -> dict[str, Any]:
        """Form A, part 1, filled in full."""
        return {
            "identity": {
                "first_name": self.first_name,
                "last_name": self.last_name,
                "personal_code": self.personal_code,
                "citizenship": "estonian",
                "document": "id_card",
                "document_number": self.document_number,
                "document_valid_until": "2031-05-31",
            },
            "contact": {
                "registered_address": self.address,
                "phone": self.phone,
                "email": self.email,
                "preferred_language": "et",
                "may_be_contacted": True,
            },
            "social": {"statuses": ["unemployed", "at_home"], "education": "other", "marital_status": "divorced"},
            "health": {"insured": True, "disability_degree": "moderate", "incapacity_percent": 40},
            "relations": [{"kind": "cohabiting_family", "name": "Tütar (15)", "relation": "daughter"}],
            "earlier_assessments": [
                {"kind": "unemployed_coping", "made_on": "2025-02-10", "valid_until": "2027-02-10"}
            ],
        }


def _personal_code() -> str:
    born = OLDEST + timedelta(days=secrets.randbelow((YOUNGEST - OLDEST).days))
    body = f"4{born:%y%m%d}{secrets.randbelow(1000):03d}"
    return f"{body}{ik.calc_check_digit(body + '0')}"
