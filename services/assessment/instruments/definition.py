"""What an instrument file may say. Reading one that says anything else is refused."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.assessment.instruments.rules import Kind, LifeArea, Requirement
from shared.access.categories import Category
from shared.labels import LANGUAGES, Label

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Source = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _said_in_every_language(label: Label) -> Label:
    """A label whose words are only spaces in some language is no label."""
    if blank := [language for language in LANGUAGES if not label.into(language).strip()]:
        raise ValueError(f"no words in {', '.join(blank)}")
    return label


Words = Annotated[Label, AfterValidator(_said_in_every_language)]


class Part(BaseModel):
    """A piece of an instrument file; unknown keys are refused so that a misspelt one is not passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Area(Part):
    """One life area that the instrument asks about."""

    code: LifeArea
    source: Source
    label: Words


class ResourceGroup(Part):
    """A group of resources (ressursid). Source: 004 L1326-1381."""

    code: Code
    source: Source
    label: Words


class ResourceKind(ResourceGroup):
    """One kind of resource, within a group."""

    group: Code


class Columns(Part):
    """The headings under which the client's word, the network's word and the worker's comment are kept apart."""

    client_word: Words
    network_word: Words
    comment: Words


class ComplexNeed(Part):
    """In how many life areas needs must stand for the need to be complex (kompleksne abivajadus)."""

    areas: int = Field(ge=1)
    source: Source


class DataCategory(Part):
    """The data category of findings; some kinds of agency keep theirs in another than the default."""

    default: Category
    by_agency_kind: dict[str, Category]
    source: Source

    def of(self, agency_kind: str) -> Category:
        """The category in which an agency of this kind keeps what it finds."""
        return self.by_agency_kind.get(agency_kind, self.default)


class Instrument(Part):
    """One version of an instrument (hindamisvahend): what is asked, in whose words, and when it is complete."""

    code: Code
    version: int = Field(ge=1)
    source: Source
    title: Words
    kinds: frozenset[Kind] = Field(min_length=1)
    columns: Columns
    areas: tuple[Area, ...] = Field(min_length=1)
    resource_groups: tuple[ResourceGroup, ...]
    resource_kinds: tuple[ResourceKind, ...]
    complex_need: ComplexNeed
    completion: frozenset[Requirement]
    category: DataCategory

    @property
    def name(self) -> str:
        """Code and version as one word, `initial-mapping-1`; also the name of its file."""
        return f"{self.code}-{self.version}"

    @property
    def area_codes(self) -> frozenset[LifeArea]:
        """The life areas that this version asks about."""
        return frozenset(area.code for area in self.areas)

    @property
    def resource_codes(self) -> frozenset[str]:
        """The kinds of resource that this version knows."""
        return frozenset(kind.code for kind in self.resource_kinds)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _once("areas", [area.code for area in self.areas])
        _once("resource_groups", [group.code for group in self.resource_groups])
        _once("resource_kinds", [kind.code for kind in self.resource_kinds])
        _known("resource group", (k.group for k in self.resource_kinds), [g.code for g in self.resource_groups])
        if self.complex_need.areas > len(self.areas):
            raise ValueError(f"complex_need wants {self.complex_need.areas} areas of {len(self.areas)}")
        return self


def _once(where: str, codes: Sequence[str]) -> None:
    if twice := sorted(code for code, times in Counter(codes).items() if times > 1):
        raise ValueError(f"{where}: listed twice: {', '.join(twice)}")


def _known(what: str, used: Iterable[str], known: Iterable[str]) -> None:
    if unknown := sorted(set(used) - set(known)):
        raise ValueError(f"unknown {what}: {', '.join(unknown)}")
