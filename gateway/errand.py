"""What a request is made for, as the caller states it in the Sidus-* headers."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from gateway.problems import HeaderMalformed
from shared.actor import LegalCode, PurposeCode

_FORMS: Final[dict[bytes, tuple[str, TypeAdapter[Any]]]] = {
    b"sidus-purpose": ("purpose", TypeAdapter(PurposeCode)),
    b"sidus-case": ("case", TypeAdapter(UUID)),
    b"sidus-legal-code": ("legal_code", TypeAdapter(LegalCode)),
}
NAMES: Final = frozenset(_FORMS)


@dataclass(slots=True)
class Errand:
    """Purpose, case and legal code of a request. The services decide what they open; here only their form counts."""

    purpose: str | None = None
    case: UUID | None = None
    legal_code: str | None = None

    def take(self, name: bytes, value: bytes) -> None:
        """Read one of the headers; HeaderMalformed when it is not of its form or stands there twice."""
        field, form = _FORMS[name]
        if getattr(self, field) is not None:
            raise HeaderMalformed(name.decode())
        try:
            setattr(self, field, form.validate_python(value.decode("latin-1")))
        except ValidationError as error:
            raise HeaderMalformed(name.decode()) from error
