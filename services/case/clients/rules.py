"""What the sections of form A, part 1 may hold, who may change them, and how much a stranger may see. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from shared.access.categories import Category
from shared.rules import Unmet, failing


class LegalCapacity(StrEnum):
    """Capacity to act (teovõime), which a court may restrict or take from a grown-up too (004 L540-549)."""

    FULL = "full"
    RESTRICTED = "restricted"
    NONE = "none"


class Citizenship(StrEnum):
    """Citizenship (kodakondsus), 004 L5460-5626."""

    ESTONIAN = "estonian"
    OTHER = "other"


class Document(StrEnum):
    """Identity document (dokument)."""

    PASSPORT = "passport"
    ID_CARD = "id_card"
    RESIDENCE_PERMIT = "residence_permit"
    NONE = "none"
    OTHER = "other"


class SocialStatus(StrEnum):
    """Social status (sotsiaalne staatus)."""

    WORKS = "works"
    STUDIES = "studies"
    CONSCRIPT = "conscript"
    PENSIONER = "pensioner"
    PARENTAL_LEAVE = "parental_leave"
    CASUAL_WORK = "casual_work"
    UNEMPLOYED = "unemployed"
    AT_HOME = "at_home"
    OTHER = "other"


class Education(StrEnum):
    """Education (haridus). The form's middle levels are lost in the source, so `other` and a note stand for them."""

    HIGHER = "higher"
    NONE = "none"
    OTHER = "other"


class MaritalStatus(StrEnum):
    """Marital status (perekonnaseis)."""

    SINGLE = "single"
    COHABITING = "cohabiting"
    MARRIED = "married"
    DIVORCED = "divorced"
    WIDOWED = "widowed"


class DisabilityDegree(StrEnum):
    """Degree of disability (puude raskusaste)."""

    MODERATE = "moderate"
    SEVERE = "severe"
    PROFOUND = "profound"


class ContactChannel(StrEnum):
    """A way to reach the person, to which the person agrees or not."""

    PHONE = "phone"
    EMAIL = "email"
    POST = "post"
    E_SERVICE = "e_service"


@dataclass(frozen=True, slots=True)
class Hold:
    """What of a record is an agency's to change: its own record, or the categories that an open case shares with it."""

    own: bool
    shared: Collection[str] = ()

    def covers(self, category: Category) -> bool:
        """Whether what is of a category may be changed, and not only read."""
        return self.own or category in self.shared


def change_unmet(pieces: Mapping[str, Category], hold: Hold) -> list[Unmet]:
    """Conditions that keep an agency from changing pieces of a record, named by JSON pointer.

    What a consent, a statute or danger opens to it is for reading only.
    Source: 004 form A2 (L5966-5997); sharing, L3836-3854.
    """
    return failing(
        *((hold.covers(category), "client.for-reading-only", pointer) for pointer, category in pieces.items())
    )


def withheld(pointer: str) -> list[Unmet]:
    """That an agency says something of a section of the record that it has no ground to see. Source: 004 L3836-3854."""
    return [Unmet("client.section-withheld", pointer)]


_PLAIN = re.compile(r"[A-Za-z0-9_-]+(?:[.+][A-Za-z0-9_-]+)*")
"""What stands before the @ of nearly every address: nothing about it has to be looked up or put in another form."""


class ImpossibleAddress(ValueError):
    """An e-mail address that cannot be anybody's."""


def email_address(text: str) -> str:
    """A checked e-mail address, its domain in the usual form; raises ImpossibleAddress. Nobody may read mail there."""
    local, _, domain = text.rpartition("@")
    try:
        if _PLAIN.fullmatch(local):
            return f"{local}@{_domain(domain)}"
        return str(validate_email(text, check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise ImpossibleAddress("This is not a valid e-mail address.") from error


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    """The domain as it is written usually: a register has few domains and many addresses."""
    return str(validate_email(f"x@{domain}", check_deliverability=False).domain)


def age_on(birth: date, day: date) -> int:
    """Full years of age on a day; who was born on 29 February is a year older on 1 March where there is no such day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def masked(name: str) -> str:
    """A name as a hit of a search shows it: the first letter of each part."""
    return " ".join(f"{part[0]}." for part in name.replace("-", " ").split())


REQUIRED_OF_FORM_A = (
    "/identity/personal_code",
    "/identity/date_of_birth",
    "/identity/citizenship",
    "/identity/document",
    "/contact/registered_address",
    "/contact/phone",
    "/social/statuses",
    "/social/marital_status",
    "/health/insured",
)
"""Fields without a star on form A, part 1: expected, but never a reason not to save (004 L5745-5754)."""


EXPECTED_UNLESS = {"/identity/personal_code": "/identity/foreign_code"}
"""Fields that are not expected of who has another: a person of another country has a code of that country."""


EXPECTED_WITH = {"/health/valid_until": ("/health/disability_degree", "/health/incapacity_percent")}
"""Fields that are expected once one of others is filled (004 L5460-5626, validity of disability or incapacity)."""


def still_missing(filled: Collection[str], withheld: Collection[str] = ()) -> list[str]:
    """Fields of form A, part 1 that are expected and not filled (JSON pointers); withheld sections are passed over."""
    with_others = [pointer for pointer, others in EXPECTED_WITH.items() if not set(others).isdisjoint(filled)]
    return [
        pointer
        for pointer in (*REQUIRED_OF_FORM_A, *with_others)
        if not {pointer, EXPECTED_UNLESS.get(pointer)}.intersection(filled) and pointer.split("/")[1] not in withheld
    ]
