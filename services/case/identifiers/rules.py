"""By what a person is known, how one code takes the place of another, and what numbers Sidus gives. Pure."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from stdnum import luhn
from stdnum.ee import ik
from stdnum.exceptions import ValidationError

from shared.rules import Unmet, failing

ESTONIA = "EE"
LONGEST = 80
NUMBER_BITS = 60
"""So much chance is in a number that Sidus gives: no two are alike among as many people as there are."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = NUMBER_BITS // 5
_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{11}(?!\d)")


class IdentifierKind(StrEnum):
    """What a person is known by: a personal code (isikukood), another country's code, a number for the time being."""

    PERSONAL_CODE = "personal_code"
    FOREIGN_CODE = "foreign_code"
    TEMPORARY_NUMBER = "temporary_number"


class EndedAs(StrEnum):
    """Why a client is no longer known by something: another took its place, it expired, it never was theirs."""

    REPLACED = "replaced"
    EXPIRED = "expired"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One thing that a person is known by: what kind of code, of which country (ISO 3166), and the code.

    However a code is spelled, it is the same: `value` is as it was given, `compared` what tells it from others.
    """

    kind: IdentifierKind
    country: str
    value: str = field(compare=False)
    compared: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compared", compared(self.value))

    @classmethod
    def by_code(cls, personal_code: str) -> "Known":
        """Known by an Estonian personal code."""
        return cls(IdentifierKind.PERSONAL_CODE, ESTONIA, personal_code)

    @classmethod
    def by_number(cls, chance: int) -> "Known":
        """Known by a number that Sidus gives, made of so many bits of chance."""
        return cls(IdentifierKind.TEMPORARY_NUMBER, ESTONIA, temporary_number(chance))


def compared(value: str) -> str:
    """A code without what differs between spellings of it: letters and digits alone, in upper case."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", value).upper() if sign.isalnum())


class ImpossibleCode(ValueError):
    """A personal code that cannot belong to anybody."""


def personal_code(text: str) -> str:
    """A checked Estonian personal code (isikukood); raises ImpossibleCode. A valid code proves no identity."""
    try:
        return str(ik.validate(text))
    except ValidationError as error:
        raise ImpossibleCode("This is not a possible Estonian personal code.") from error


def birth_date_of(code: str) -> date:
    """The date of birth that a personal code tells."""
    born: date = ik.get_birth_date(code)
    return born


def temporary_number(chance: int) -> str:
    """The number that Sidus gives to a person without a code, made of so many bits of chance.

    It begins with a letter, so it can be no personal code; letters and digits that look alike are left out, and the
    last one checks the others.
    """
    body = "".join(_LETTERS[chance >> place & 31] for place in range(0, NUMBER_BITS, 5))
    groups = [body[start : start + 4] for start in range(0, _LENGTH, 4)]
    return "-".join(["T", *groups, luhn.calc_check_digit(body, _LETTERS)])


def fitting(kind: IdentifierKind, country: str, value: str | None) -> str | None:
    """A value that can be one of its kind, or none where Sidus is to give it; ValueError says what is wrong."""
    if value is not None and not 0 < len(compared(value)) <= LONGEST:
        raise ValueError(f"letters or digits are needed, {LONGEST} at most")
    match kind:
        case IdentifierKind.PERSONAL_CODE if country != ESTONIA:
            raise ValueError("a code of another country is a foreign code")
        case IdentifierKind.PERSONAL_CODE:
            return personal_code(value or "")
        case IdentifierKind.FOREIGN_CODE if country == ESTONIA:
            raise ValueError("an Estonian code is a personal code")
        case IdentifierKind.FOREIGN_CODE if value is None:
            raise ValueError("a foreign code is needed")
        case IdentifierKind.TEMPORARY_NUMBER if value and tells_personal_code(value):
            raise ValueError("this may be a personal code")
    return value


def tells_personal_code(value: str) -> bool:
    """Whether a value is, or has in it, what may be a personal code."""
    return any(ik.is_valid(digits) for digits in _ELEVEN_DIGITS.findall(value))


def addition_unmet(
    kind: IdentifierKind, live: Mapping[UUID, IdentifierKind], replaces: UUID | None, *, is_known: bool
) -> list[Unmet]:
    """Conditions that keep a record, known by what is live, from being known by one more or another.

    Source: 004 form A, part 1 (L5460-5626): one personal code, and a date of birth where there is none.
    """
    codes = {identifier for identifier, one in live.items() if one is IdentifierKind.PERSONAL_CODE}
    replaced = None if replaces is None else live.get(replaces)
    is_code, is_temporary = kind is IdentifierKind.PERSONAL_CODE, kind is IdentifierKind.TEMPORARY_NUMBER
    return failing(
        (not is_known, "identifier.known-already", "/value"),
        (replaces is None or replaced is not None, "identifier.not-in-force", "/replaces"),
        (not is_code or codes <= {replaces}, "identifier.second-code", "/replaces"),
        (not is_temporary or replaced in (None, kind), "identifier.temporary-for-code", "/replaces"),
    )


def ending_unmet(ended: UUID, live: Collection[UUID]) -> list[Unmet]:
    """Conditions that keep something by which a client is known from being ended: a record is never without one."""
    return failing(
        (ended in live, "identifier.not-in-force"),
        (ended not in live or len(live) > 1, "identifier.last-one"),
    )
