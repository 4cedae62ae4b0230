"""By what a person is found again, and how much speaks for two records being about one person. Pure.

Source: one client record keyed by personal code (inter-agency R1; K:1776-1788, 3454-3458). What counts and how much
stands in matching.yaml.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import blake2b
from itertools import product
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from rapidfuzz.distance import OSA

from services.case.identifiers.rules import ESTONIA, IdentifierKind, Known
from services.case.names.rules import Name

MOST_KEYS = 48


class Likeness(StrEnum):
    """What two records have in common, or what keeps them apart."""

    FAMILY_SAME = "duplicate.family-name-same"
    FAMILY_PART = "duplicate.family-name-part"
    FAMILY_NEAR = "duplicate.family-name-near"
    FAMILY_FORMER = "duplicate.family-name-former"
    GIVEN_SAME = "duplicate.given-name-same"
    GIVEN_PART = "duplicate.given-name-part"
    GIVEN_NEAR = "duplicate.given-name-near"
    SWAPPED = "duplicate.names-swapped"
    BORN_SAME = "duplicate.birth-date-same"
    BORN_SWAPPED = "duplicate.birth-date-swapped"
    BORN_NEAR = "duplicate.birth-date-near"
    DOCUMENT_SAME = "duplicate.document-same"
    CODE_SAME = "duplicate.code-same"
    PHONE_SAME = "duplicate.phone-same"
    EMAIL_SAME = "duplicate.email-same"
    GIVEN_OTHER = "duplicate.given-name-other"
    BORN_OTHER = "duplicate.birth-date-other"
    PERSONAL_CODE_OTHER = "duplicate.personal-code-other"
    FOREIGN_CODE_OTHER = "duplicate.foreign-code-other"


_FAMILY = (Likeness.FAMILY_SAME, Likeness.FAMILY_PART, Likeness.FAMILY_NEAR)
_GIVEN = (Likeness.GIVEN_SAME, Likeness.GIVEN_PART, Likeness.GIVEN_NEAR)


class Matching(BaseModel):
    """How much speaks for two records being about one person: see matching.yaml for what each figure means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    queue: int = Field(gt=0)
    likely: int
    near: Annotated[float, Field(gt=0, le=1)]
    most_alike: int = Field(gt=0)
    weights: dict[Likeness, int]

    @model_validator(mode="after")
    def is_whole(self) -> Self:
        """Every likeness has its points, and what is likely is in the queue."""
        if missing := set(Likeness) - self.weights.keys():
            raise ValueError(f"no points for {', '.join(sorted(missing))}")
        if self.likely < self.queue:
            raise ValueError("what is likely must reach the queue")
        if self._of_namesakes() >= self.queue:
            raise ValueError("equal names of people born on different days must not reach the queue")
        return self

    def _of_namesakes(self) -> int:
        """The most that names can speak for two who were born on different days."""
        family = max(self.weights[one] for one in (*_FAMILY, Likeness.FAMILY_FORMER))
        given = max(self.weights[one] for one in _GIVEN)
        return max(family + given, self.weights[Likeness.SWAPPED]) + self.weights[Likeness.BORN_OTHER]


@dataclass(frozen=True, slots=True)
class FullName:
    """Given and family name as a record has or had them."""

    given: Name
    family: Name


@dataclass(frozen=True, slots=True)
class Portrait:
    """What of a person is compared: the names in force and those borne before, what they are and were known by."""

    name: FullName
    former: tuple[FullName, ...] = ()
    born: date | None = None
    document: str | None = None
    known: frozenset[Known] = frozenset()
    former_codes: frozenset[str] = frozenset()
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much speaks for two records being about one person, and what."""

    score: int
    reasons: tuple[Likeness, ...]


def compare(one: Portrait, other: Portrait, matching: Matching) -> Verdict:
    """What two records have in common and what keeps them apart, weighed; the same from either side."""
    found = [
        *_alike_in_name(one, other, matching.near),
        *_alike_in_codes(one, other),
    ]
    if born := alike_in_birth(one.born, other.born):
        found.append(born)
    for mine, theirs, likeness in (
        (document_key(one.document), document_key(other.document), Likeness.DOCUMENT_SAME),
        (phone_key(one.phone), phone_key(other.phone), Likeness.PHONE_SAME),
        (email_key(one.email), email_key(other.email), Likeness.EMAIL_SAME),
    ):
        if mine is not None and mine == theirs:
            found.append(likeness)
    return Verdict(max(0, sum(matching.weights[likeness] for likeness in found)), tuple(sorted(found)))


def identity_keys(names: FullName, born: date | None, document: str | None) -> list[int]:
    """Keys by which an identity is found by whoever is like it: names with the date of birth, names, document.

    A key is a number from which nothing can be read; who has it in common is compared in full.
    """
    texts = [*_birth_keys(names, born), *_name_keys(names)]
    if (number := document_key(document)) is not None:
        texts.insert(0, f"document {number}")
    return _hashed(texts)


def name_keys(names: FullName) -> list[int]:
    """Those of the keys of an identity that stand for names alone: they tell something of people born on one day."""
    return _hashed(_name_keys(names))


def swapped_keys(names: FullName, born: date | None) -> list[int]:
    """Keys by which to look besides the own for those like a person: with day and month of birth exchanged."""
    return _hashed(_birth_keys(names, swapped(born)))


def family_keys(family: Name, born: date) -> list[int]:
    """Keys by which to look for people by family name and date of birth."""
    return _hashed(f"family {form} {born}" for form in _forms(family))


def contact_keys(phone: str | None, email: str | None) -> list[int]:
    """Keys by which the ways to reach a person are found."""
    return _hashed(
        f"{kind} {value}" for kind, value in (("phone", phone_key(phone)), ("email", email_key(email))) if value
    )


def other_writings(known: Iterable[Known]) -> list[Known]:
    """The same codes as another kind of code, or as another country's: as what they may have been entered elsewhere."""
    return sorted(
        {
            Known(kind, country, one.value)
            for one in known
            for kind, country in product(IdentifierKind, {ESTONIA, one.country})
        }
    )


def are_of_two_days(mine: date | None, theirs: date | None) -> bool:
    """Whether two dates of birth are not even alike: nobody is found by names alone then."""
    return alike_in_birth(mine, theirs) is Likeness.BORN_OTHER


def swapped(born: date | None) -> date | None:
    """The date with day and month exchanged, where that is another date."""
    if born is None or born.day > 12 or born.day == born.month:
        return None
    return born.replace(month=born.day, day=born.month)


def phone_key(phone: str | None) -> str | None:
    """The digits of a phone number without the code of the country."""
    digits = "".join(sign for sign in phone or "" if sign.isdigit()).removeprefix("00").removeprefix("372")
    return digits or None


def email_key(email: str | None) -> str | None:
    """An e-mail address, whatever its case."""
    return email.casefold() if email else None


def document_key(number: str | None) -> str | None:
    """Letters and digits of a document's number."""
    return "".join(sign for sign in (number or "").casefold() if sign.isalnum()) or None


def _alike_in_name(one: Portrait, other: Portrait, near: float) -> Iterator[Likeness]:
    mine, theirs = one.name, other.name
    if not mine.family.is_same(theirs.family) and _are_swapped(mine, theirs):
        yield Likeness.SWAPPED
        return
    if family := _alike(mine.family, theirs.family, near, _FAMILY):
        yield family
    elif _had_name_of(one, other) or _had_name_of(other, one):
        yield Likeness.FAMILY_FORMER
    yield _alike(mine.given, theirs.given, near, _GIVEN) or Likeness.GIVEN_OTHER


def _alike(mine: Name, theirs: Name, near: float, said: tuple[Likeness, Likeness, Likeness]) -> Likeness | None:
    same, part, close = said
    if mine.is_same(theirs):
        return same
    if mine.shares_part(theirs):
        return part
    return close if mine.likeness(theirs) >= near else None


def _are_swapped(mine: FullName, theirs: FullName) -> bool:
    return mine.family.is_same(theirs.given) and mine.given.is_same(theirs.family)


def _had_name_of(one: Portrait, other: Portrait) -> bool:
    return any(before.family.is_same(name.family) for before in one.former for name in (other.name, *other.former))


def alike_in_birth(mine: date | None, theirs: date | None) -> Likeness | None:
    """How two dates of birth are alike; nothing can be said where one is not known."""
    if mine is None or theirs is None:
        return None
    if mine == theirs:
        return Likeness.BORN_SAME
    if mine == swapped(theirs):
        return Likeness.BORN_SWAPPED
    return Likeness.BORN_NEAR if OSA.distance(mine.isoformat(), theirs.isoformat()) == 1 else Likeness.BORN_OTHER


def _alike_in_codes(one: Portrait, other: Portrait) -> Iterator[Likeness]:
    if _codes(one) & _codes(other):
        yield Likeness.CODE_SAME
        return
    given = _issued(one) & _issued(other)
    if any(kind is IdentifierKind.PERSONAL_CODE for kind, _ in given):
        yield Likeness.PERSONAL_CODE_OTHER
    if any(kind is IdentifierKind.FOREIGN_CODE for kind, _ in given):
        yield Likeness.FOREIGN_CODE_OTHER


def _codes(one: Portrait) -> frozenset[str]:
    return one.former_codes.union(known.compared for known in one.known)


def _issued(one: Portrait) -> set[tuple[IdentifierKind, str]]:
    """The kinds of code the person has now, of which a person has one: two that differ are two people's."""
    return {(known.kind, known.country) for known in one.known}


def _birth_keys(names: FullName, born: date | None) -> Iterator[str]:
    """Each name with the date of birth, and the first letters of both with it, in whatever order they stand."""
    if born is None:
        return
    family, given = _forms(names.family), _forms(names.given)
    yield from (f"family {form} {born}" for form in family)
    yield from (f"given {form} {born}" for form in given)
    for initials in sorted({"".join(sorted((mine[:1], theirs[:1]))) for mine, theirs in product(family, given)}):
        yield f"initials {initials} {born}"


def _name_keys(names: FullName) -> Iterator[str]:
    """Each family name with the first given name, in whatever order they stand."""
    first = sorted(filter(None, names.given.parts[0].plain))
    yield from (f"names {' '.join(sorted(pair))}" for pair in product(_forms(names.family), first))


def _forms(name: Name) -> list[str]:
    return sorted({form for word in (name.whole, *name.parts) for form in word.plain if form})


def _hashed(texts: Iterable[str]) -> list[int]:
    """Numbers that stand for texts; of very many the first, since no likeness needs all."""
    distinct = list(dict.fromkeys(texts))[:MOST_KEYS]
    return sorted(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True) for text in distinct)
