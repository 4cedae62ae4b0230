"""By what a person is known. Pure."""

from dataclasses import dataclass

from services.case.clients.rules import IdentifierKind

ESTONIA = "EE"


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One thing that a person is known by: what kind of code, of which country (ISO 3166), and the code."""

    kind: IdentifierKind
    country: str
    value: str

    @classmethod
    def by_code(cls, personal_code: str) -> "Known":
        """Known by an Estonian personal code."""
        return cls(IdentifierKind.PERSONAL_CODE, ESTONIA, personal_code)
