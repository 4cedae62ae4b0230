"""What travels: inputs that forbid what they do not know, outputs that leave nothing out."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Self
from unicodedata import category
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)


def _storable(value: Any) -> Any:
    """Refuse what PostgreSQL cannot hold as text: NUL and lone surrogates."""
    if isinstance(value, str) and ("\0" in value or (not value.isascii() and not _encodable(value))):
        raise ValueError("characters that cannot be stored")
    return value


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _of_one_line(value: str) -> str:
    """Refuse control and format characters: a line with them is not what it looks like."""
    if not value.isprintable() and any(category(sign) in ("Cc", "Cf") for sign in value):
        raise ValueError("characters that cannot be seen")
    return value


def _legible(value: str) -> str:
    """Refuse a text of which nothing can be seen."""
    if not any(category(sign)[0] not in "CZ" for sign in value):
        raise ValueError("nothing that can be seen")
    return value


def _spoken(value: str) -> str:
    """Refuse a name without a letter."""
    if not any(sign.isalpha() for sign in value):
        raise ValueError("a name has a letter at least")
    return value


Storable = BeforeValidator(_storable)
OneLine = AfterValidator(_of_one_line)
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), Storable, OneLine]
"""A short code-like text."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Storable, OneLine]
"""A line of text."""

Name = Annotated[Text, AfterValidator(_spoken)]
"""What somebody is called."""

LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000), Storable, AfterValidator(_legible)
]
"""A text of several paragraphs."""

Day = Annotated[date, Field(ge=date(1800, 1, 1), lt=date(2200, 1, 1))]
"""A day in the life of anybody; a few years' sum from it is still a date."""

Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
"""A moment of this age or the next, with its offset; a year's sum from it is still a moment."""


def _distinct(values: list[Any]) -> list[Any]:
    if len(set(values)) != len(values):
        raise ValueError("the same value twice")
    return values


Distinct = AfterValidator(_distinct)
"""A list whose values do not repeat."""


def not_before(start: str) -> AfterValidator:
    """An end that does not come before the beginning, which is the field `start` above it."""

    def check(end: date | None, info: ValidationInfo) -> date | None:
        began = info.data.get(start)
        if end is not None and began is not None and end < began:
            raise ValueError("this ends before it begins")
        return end

    return AfterValidator(check)


class Schema(BaseModel):
    """The base of everything that travels. Unknown fields are refused, not ignored."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Shown(Schema):
    """An output that a row is shown as."""

    @classmethod
    def of(cls, row: Any) -> Self:
        """The row as it travels."""
        return cls.model_validate(row)


class Resource(Shown):
    """An output with an identity and a version, which is its ETag."""

    id: UUID
    version: int
