"""A batch of a register as it is sent, understood row by row. What cannot be understood is told without its words."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO
from typing import Any

from pydantic import ValidationError

from services.case.imports.columns import Column, columns_of, nested
from services.case.imports.rules import MOST_ROWS
from services.case.imports.schemas import RegisterRow
from shared.http.faults import invalid_fields
from shared.http.limits import MOST_BYTES
from shared.http.problems import Invalid, InvalidField, Malformed, TooLarge

CSV = "text/csv"
JSON_LINES = "application/x-ndjson"
COLUMNS = {column.name: column for column in columns_of(RegisterRow)}
"""Every column that a register may have, by its name."""

csv.field_size_limit(MOST_BYTES)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was understood: the form it makes, or what is wrong with it."""

    form: RegisterRow | None
    errors: Sequence[InvalidField] = ()


def rows_in(body: bytes, media_type: str) -> list[Row]:
    """The rows of a batch, blank lines left out.

    Raises Malformed for text that is not UTF-8 or of another form than it is said to be, Invalid for columns that are
    not known, TooLarge for more rows than one batch may have.
    """
    rows = list(_FORMS[media_type](body))
    if len(rows) > MOST_ROWS:
        raise TooLarge(f"At most {MOST_ROWS} rows are taken at once.")
    return rows


def _json_lines(body: bytes) -> Iterator[Row]:
    for line in body.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        if line.strip():
            yield _row(partial(RegisterRow.model_validate_json, line))


def _csv(body: bytes) -> Iterator[Row]:
    try:
        lines = [cells for cells in csv.reader(StringIO(body.decode("utf-8-sig"), newline=""), strict=True) if cells]
    except UnicodeDecodeError as error:
        raise Malformed("The body is not text in UTF-8.") from error
    except csv.Error as error:
        raise Malformed("The body is not CSV as RFC 4180 has it.") from error
    if not lines:
        raise Malformed("The body has no line with the names of the columns.")
    columns = _columns(lines[0])
    return (_cells(cells, columns) for cells in lines[1:])


def _columns(names: Sequence[str]) -> list[Column]:
    """The columns by their names; names that are not known are told by their place alone, as they may be data."""
    wrong = [_unknown(place) for place, name in enumerate(names) if name not in COLUMNS or name in names[:place]]
    if wrong:
        raise Invalid(errors=wrong)
    return [COLUMNS[name] for name in names]


def _unknown(place: int) -> InvalidField:
    reason = "This column is not known here, or stands here a second time."
    return InvalidField(pointer=f"/columns/{place}", code="column", detail=reason)


def _cells(cells: Sequence[str], columns: Sequence[Column]) -> Row:
    if len(cells) != len(columns):
        return Row(None, [InvalidField(pointer="", code="cells", detail="More or fewer cells than there are columns.")])
    return _row(partial(RegisterRow.model_validate, nested(cells, columns)))


def _row(validated: partial[RegisterRow]) -> Row:
    try:
        return Row(validated())
    except ValidationError as error:
        return Row(None, wrong_in(error))


def wrong_in(error: ValidationError) -> list[InvalidField]:
    """What is wrong with a row, without any value of it."""
    return [_told(wrong) for wrong in error.errors(include_url=False, include_input=False)]


def _told(error: Any) -> InvalidField:
    """What is wrong; a field that is not known is told by where it stands, as its name may be data."""
    [field] = invalid_fields([error | {"loc": ("body", *error["loc"])}])
    if error["type"] == "extra_forbidden":
        return field.model_copy(update={"pointer": field.pointer.rpartition("/")[0]})
    return field


_FORMS = {CSV: _csv, JSON_LINES: _json_lines}
