"""The shape of an agency profile, which validation demands before the service may start, and what travels of it."""

import hashlib
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from services.case.clients.rules import LegalCapacity
from services.case.parts.rules import RepresentationBasis
from services.case.profiles.rules import ContactSource, DangerKind, DisclosureGround, Represented, Signer
from shared.access.categories import Category
from shared.actor import LegalCode
from shared.http.schemas import Schema
from shared.labels import Label, Language


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NoticeText(_Declared):
    """What a client is told before a consent is signed, in three languages. A text that was shown stays on file."""

    version: int
    valid_from: date
    text: Label

    def into(self, language: Language) -> str:
        """The text in one language."""
        return self.text.into(language)

    def digest(self, language: Language) -> str:
        """SHA-256 of the text as shown, in hex: shows that the text on file is the one the client was shown."""
        return hashlib.sha256(self.into(language).encode()).hexdigest()


class Statute(_Declared):
    """A legal code on which the agency may see others' data: which categories, for how many days, on what terms."""

    code: LegalCode
    label: Label
    categories: list[Category] = Field(min_length=1)
    days: int = Field(ge=1)
    client_told_beforehand: bool
    source: str


class Delay(_Declared):
    """A legal code on which telling the client of something waits, and for how many days at the most."""

    code: LegalCode
    label: Label
    days: int = Field(ge=1)
    source: str


class Danger(_Declared):
    """In which danger the agency may see others' data at once, for how many hours, and what delays telling it.

    It may be `without_case`: of anybody whom a search finds, and not only of clients whom the agency sees already.
    """

    kinds: list[DangerKind] = Field(min_length=1)
    hours: int = Field(ge=1)
    without_case: bool
    delays: list[Delay]
    source: str


class Outward(_Declared):
    """A ground on which the agency may give data to somebody outside, and whether it has to name a legal code."""

    ground: DisclosureGround
    needs_legal_code: bool
    source: str


class Grounds(_Declared):
    """On which grounds data may come to the agency and leave it."""

    notices: list[NoticeText] = Field(min_length=1)
    statutes: list[Statute]
    danger: Danger | None
    disclosures: list[Outward]

    def notice(self, version: int) -> NoticeText:
        """A text by its version."""
        return next(notice for notice in self.notices if notice.version == version)

    def notice_on(self, day: date) -> NoticeText | None:
        """The text in use on a day: the newest that is valid by then; none before the first."""
        return next((notice for notice in reversed(self.notices) if notice.valid_from <= day), None)

    @field_validator("notices")
    @classmethod
    def _in_order(cls, notices: list[NoticeText]) -> list[NoticeText]:
        for one, following in pairwise(notices):
            if following.version <= one.version or following.valid_from <= one.valid_from:
                raise ValueError("each notice has a higher version and a later day than the one before")
        return notices

    def statute(self, code: str) -> Statute | None:
        """What a legal code allows, if the agency may rest on it."""
        return next((statute for statute in self.statutes if statute.code == code), None)

    def outward(self, ground: DisclosureGround) -> Outward | None:
        """The terms of giving data to somebody outside on a ground, if the agency may."""
        return next((outward for outward in self.disclosures if outward.ground is ground), None)


class Profile(BaseModel):
    """How one kind of agency works: names, what it hides, what its services are like."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    name: Label
    plan_name: Label
    existence: Literal["shared", "hidden"]
    service_nature: Literal["voluntary", "mandatory", "enforcement"]
    contact_sources: list[ContactSource]
    closed_categories: list[Category]
    opened_by_consent: list[Category]
    keep_months: dict[Category, Annotated[int, Field(ge=0, le=1200)]]
    restriction_days: int = Field(ge=1)
    grounds: Grounds
    source: str

    @field_validator("keep_months")
    @classmethod
    def _every_category(cls, months: dict[Category, int]) -> dict[Category, int]:
        if missing := sorted(set(Category) - months.keys()):
            raise ValueError(f"no time to keep is given for {', '.join(missing)}")
        return months

    @model_validator(mode="after")
    def _opens_what_is_closed(self) -> Self:
        if strange := sorted({*self.opened_by_consent} - {*self.closed_categories}):
            raise ValueError(f"opened by consent without having been closed: {', '.join(strange)}")
        return self

    @property
    def never_by_consent(self) -> frozenset[Category]:
        """The categories of its rows that not even a consent opens which names them."""
        return frozenset({*self.closed_categories} - {*self.opened_by_consent})

    @property
    def kept_back(self) -> frozenset[Category]:
        """The categories of its rows that no other agency opens for itself, by a legal code or in danger.

        An agency that hides its cases keeps them back too.
        """
        hidden = () if self.existence == "shared" else (self.presence_category,)
        return frozenset({*self.closed_categories, *hidden, Category.EXISTENCE})

    @property
    def presence_category(self) -> Category:
        """The category of the row that tells of a case: one that others may be let into, or one that is closed."""
        return Category.EXISTENCE if self.existence == "shared" else Category.CASE


class Figure(_Declared):
    """A figure from law."""

    value: int
    valid_from: date
    source: str


class Entitled(_Declared):
    """On which bases a representative signs."""

    bases: list[RepresentationBasis] = Field(min_length=1)
    source: str


class Law(_Declared):
    """Figures from law that the case service's rules use, and who signs for whom on what basis."""

    majority_age: Figure
    rectification_answer_months: Figure
    restricted_capacity_age: Figure
    capacity_under_that_age: LegalCapacity
    unknown_age_capacity: LegalCapacity
    signers: dict[LegalCapacity, list[Signer]]
    representatives: dict[Represented, Entitled]

    @field_validator("signers", "representatives")
    @classmethod
    def _for_everybody(cls, said: dict[StrEnum, Any], info: ValidationInfo) -> dict[StrEnum, Any]:
        everybody = LegalCapacity if info.field_name == "signers" else Represented
        if missing := sorted(set(everybody) - said.keys()):
            raise ValueError(f"nothing is said of {', '.join(missing)}")
        return said


class NoticeOut(Schema):
    """What a client is told before a consent is signed, and its SHA-256 in hex."""

    version: int
    text: str
    digest: str


class LegalReasonOut(Schema):
    """A legal code in words, and for how many days it holds at the most."""

    code: str
    label: str
    days: int
    source: str


class StatuteOut(LegalReasonOut):
    """A legal code on which the agency may see others' data for some days."""

    categories: list[Category]
    client_told_beforehand: bool


class DangerOut(Schema):
    """In which danger the agency may see others' data at once, and whether also of people it has no case with."""

    kinds: list[DangerKind]
    hours: int
    without_case: bool
    delays: list[LegalReasonOut]
    source: str


class OutwardOut(Schema):
    """A ground on which the agency may give data to somebody outside."""

    ground: DisclosureGround
    needs_legal_code: bool
    source: str


class GroundsOut(Schema):
    """On which grounds data may come to the agency and leave it."""

    notice: NoticeOut | None = Field(description="The one in use today; null before the first is valid.")
    statutes: list[StatuteOut]
    danger: DangerOut | None
    disclosures: list[OutwardOut]


class ProfileOut(Schema):
    """How one kind of agency works, in the language asked for."""

    kind: str
    name: str
    plan_name: str
    existence: str
    service_nature: str
    contact_sources: list[ContactSource]
    closed_categories: list[Category]
    opened_by_consent: list[Category] = Field(description="Those of them that a consent opens which names them.")
    keep_months: dict[Category, int] = Field(description="How long data are kept after the last case has ended.")
    restriction_days: int = Field(description="For how many days at the most a record may be closed by one decision.")
    grounds: GroundsOut
    source: str

    @classmethod
    def of(cls, profile: Profile, language: Language, today: date) -> Self:
        """The profile as it travels."""
        words = {"name": profile.name.into(language), "plan_name": profile.plan_name.into(language)}
        return cls.model_validate({**profile.model_dump(), **words, "grounds": _into(profile.grounds, language, today)})


def _into(grounds: Grounds, language: Language, today: date) -> dict[str, Any]:
    """The grounds with their words in one language, and the notice in use today."""
    told = grounds.model_dump()
    for one in (*told["statutes"], *(told["danger"] or {"delays": []})["delays"]):
        one["label"] = one["label"][language]
    told["notice"] = _notice_out(grounds.notice_on(today), language)
    del told["notices"]
    return told


def _notice_out(notice: NoticeText | None, language: Language) -> NoticeOut | None:
    if notice is None:
        return None
    return NoticeOut(version=notice.version, text=notice.into(language), digest=notice.digest(language))
