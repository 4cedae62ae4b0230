"""What travels of instruments, in the language asked for."""

from typing import Self

from pydantic import Field

from services.assessment.instruments.definition import (
    Area,
    Columns,
    Instrument,
    ResourceGroup,
    ResourceKind,
)
from services.assessment.instruments.rules import Kind, LifeArea
from shared.http.schemas import Schema
from shared.labels import Language


class InstrumentSummary(Schema):
    """An instrument version that is published."""

    code: str = Field(examples=["initial-mapping"])
    version: int
    title: str
    kinds: list[Kind]
    source: str

    @classmethod
    def of(cls, instrument: Instrument, language: Language) -> Self:
        """The version as it stands in a list."""
        return cls(
            code=instrument.code,
            version=instrument.version,
            title=instrument.title.into(language),
            kinds=sorted(instrument.kinds),
            source=instrument.source,
        )


class AreaOut(Schema):
    """A life area that is asked about."""

    code: LifeArea
    label: str
    source: str

    @classmethod
    def of(cls, area: Area, language: Language) -> Self:
        """The area in one language."""
        return cls(code=area.code, label=area.label.into(language), source=area.source)


class ColumnsOut(Schema):
    """The headings for the client's word, the network's word and the case manager's comment."""

    client_word: str
    network_word: str
    comment: str

    @classmethod
    def of(cls, columns: Columns, language: Language) -> Self:
        """The headings in one language."""
        return cls(
            client_word=columns.client_word.into(language),
            network_word=columns.network_word.into(language),
            comment=columns.comment.into(language),
        )


class ResourceKindOut(Schema):
    """A kind of resource that can be recorded."""

    code: str
    label: str
    source: str

    @classmethod
    def of(cls, kind: ResourceKind, language: Language) -> Self:
        """The kind in one language."""
        return cls(code=kind.code, label=kind.label.into(language), source=kind.source)


class ResourceGroupOut(Schema):
    """A group of resources with its kinds."""

    code: str
    label: str
    source: str
    kinds: list[ResourceKindOut]

    @classmethod
    def of(cls, group: ResourceGroup, instrument: Instrument, language: Language) -> Self:
        """The group in one language."""
        kinds = [kind for kind in instrument.resource_kinds if kind.group == group.code]
        return cls(
            code=group.code,
            label=group.label.into(language),
            source=group.source,
            kinds=[ResourceKindOut.of(kind, language) for kind in kinds],
        )


class ComplexNeedOut(Schema):
    """In how many life areas needs must stand for the need to be complex, and where that is said."""

    areas: int
    source: str


class InstrumentOut(Schema):
    """One published version of an instrument: all that a screen needs to ask by it."""

    code: str
    version: int
    title: str
    kinds: list[Kind]
    source: str
    columns: ColumnsOut
    areas: list[AreaOut]
    resource_groups: list[ResourceGroupOut]
    complex_need: ComplexNeedOut

    @classmethod
    def of(cls, instrument: Instrument, language: Language) -> Self:
        """The version in one language."""
        summary = InstrumentSummary.of(instrument, language)
        return cls(
            **summary.model_dump(),
            columns=ColumnsOut.of(instrument.columns, language),
            areas=[AreaOut.of(area, language) for area in instrument.areas],
            resource_groups=[ResourceGroupOut.of(group, instrument, language) for group in instrument.resource_groups],
            complex_need=ComplexNeedOut.model_validate(instrument.complex_need),
        )
