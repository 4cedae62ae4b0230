"""The flat form of a register's row: a column for each field of form A, part 1, named by its place. Pure.

`contact.phone` is the field `phone` of the section `contact`. A list of codes is separated by `|`; the lists of
relations and earlier assessments stand in one cell each, as JSON. An empty cell says nothing.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from io import StringIO
from types import NoneType
from typing import Any, get_args

import orjson
from pydantic import BaseModel

SEPARATOR = "|"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a cell begins that a spreadsheet would carry out, and one that has been kept from it."""


class Kind(Enum):
    """What a cell of a column holds."""

    VALUE = auto()
    CODES = auto()
    ROWS = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, where its value stands in the form, and what a cell holds."""

    name: str
    path: tuple[str, ...]
    kind: Kind


def columns_of(schema: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[Column]:
    """The columns of a form, section by section."""
    for name, field in schema.model_fields.items():
        place = (*path, name)
        inner = _inner(field.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from columns_of(inner, place)
        else:
            yield Column(".".join(place), place, _kind(inner))


def _inner(annotation: Any) -> Any:
    """The type of a field that may be left out."""
    given = [choice for choice in get_args(annotation) if choice is not NoneType]
    return given[0] if len(given) == 1 and NoneType in get_args(annotation) else annotation


def _kind(annotation: Any) -> Kind:
    if getattr(annotation, "__origin__", None) is not list:
        return Kind.VALUE
    [item] = get_args(annotation)
    return Kind.ROWS if isinstance(item, type) and issubclass(item, BaseModel) else Kind.CODES


def nested(cells: Sequence[str], columns: Sequence[Column]) -> dict[str, Any]:
    """The form that the cells of a row make up."""
    form: dict[str, Any] = {}
    for cell, column in zip(cells, columns, strict=True):
        if cell:
            place = form
            for step in column.path[:-1]:
                place = place.setdefault(step, {})
            place[column.path[-1]] = _value(unguarded(cell), column.kind)
    return form


def flat(form: Mapping[str, Any], columns: Sequence[Column]) -> list[str]:
    """The cells of a form, which is given as it travels in JSON."""
    return [guarded(_cell(_at(form, column.path), column.kind)) for column in columns]


def written(lines: Iterable[Sequence[object]]) -> bytes:
    """Lines of cells as CSV (RFC 4180), in UTF-8."""
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what would begin one."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell without the apostrophe that `guarded` put before it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _value(cell: str, kind: Kind) -> Any:
    if kind is Kind.CODES:
        return [code.strip() for code in cell.split(SEPARATOR)]
    if kind is Kind.ROWS:
        try:
            return orjson.loads(cell)
        except orjson.JSONDecodeError:
            return cell
    return cell


def _at(form: Any, path: Sequence[str]) -> Any:
    for step in path:
        form = form.get(step) if form else None
    return form


def _cell(value: Any, kind: Kind) -> str:
    if value in (None, []):
        return ""
    if kind is Kind.CODES:
        return SEPARATOR.join(value)
    if kind is Kind.ROWS:
        return orjson.dumps(value).decode()
    return str(value).lower() if isinstance(value, bool) else str(value)
