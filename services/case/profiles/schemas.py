"""The shape of an agency profile, which validation demands before the service may start, and what travels of it."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.case.profiles.rules import ContactSource
from shared.access.categories import Category
from shared.http.schemas import Schema
from shared.labels import Label, Language


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
    keep_months: dict[Category, Annotated[int, Field(ge=0, le=1200)]]
    source: str

    @field_validator("keep_months")
    @classmethod
    def _every_category(cls, months: dict[Category, int]) -> dict[Category, int]:
        if missing := sorted(set(Category) - months.keys()):
            raise ValueError(f"no time to keep is given for {', '.join(missing)}")
        return months

    @property
    def presence_category(self) -> Category:
        """The category of the row that tells of a case: one that others may be let into, or one that is closed."""
        return Category.EXISTENCE if self.existence == "shared" else Category.CASE


class Figure(BaseModel):
    """A figure from law."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: int
    valid_from: date
    source: str


class Law(BaseModel):
    """Figures from law that the case service's rules use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    majority_age: Figure


class ProfileOut(Schema):
    """How one kind of agency works, in the language asked for."""

    kind: str
    name: str
    plan_name: str
    existence: str
    service_nature: str
    contact_sources: list[ContactSource]
    closed_categories: list[Category]
    keep_months: dict[Category, int] = Field(description="How long data are kept after the last case has ended.")
    source: str

    @classmethod
    def of(cls, profile: Profile, language: Language) -> Self:
        """The profile as it travels."""
        words = {"name": profile.name.into(language), "plan_name": profile.plan_name.into(language)}
        return cls.model_validate({**profile.model_dump(), **words})
