"""A register in a file: read once to know it, and cut into batches as a request may have."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from io import StringIO
from itertools import islice
from pathlib import Path

from deploy.embedded.errors import LauncherError

MEDIA_TYPES = {"csv": "text/csv", "jsonl": "application/x-ndjson"}
MOST_ROWS = 1_000
MOST_UPDATES = 200
"""Rows of a batch that are held against a record each: such a batch takes several times as long."""

MOST_BYTES = 900 * 1024
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that are sent together: the number of the first, how many, and the body of the request."""

    first: int
    rows: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Register:
    """A file with a register: its form, its SHA-256, and how many rows it has."""

    path: Path
    form: str
    digest: str
    rows: int

    @classmethod
    def at(cls, path: Path, form: str | None = None) -> "Register":
        """Read a file through. Raises LauncherError where it is no register: before anything is sent of it."""
        form = form or {".csv": "csv"}.get(path.suffix.lower(), "jsonl")
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        return cls(path, form, digest, sum(1 for _ in _rows(path, form)))

    def batches(self, first: int, *, updating: bool = False) -> Iterator[Batch]:
        """The rows from a number on, in the order of the file."""
        most = MOST_UPDATES if updating else MOST_ROWS
        header = _header(self.path) if self.form == "csv" else b""
        batch: list[bytes] = []
        size = len(header)
        for number, row in enumerate(islice(_rows(self.path, self.form), first - 1, None), first):
            if len(header) + len(row) > MOST_BYTES:
                raise LauncherError(f"Row {number} of {self.path} is longer than a request may be.")
            if size + len(row) > MOST_BYTES or len(batch) == most:
                yield Batch(number - len(batch), len(batch), header + b"".join(batch))
                batch, size = [], len(header)
            batch.append(row)
            size += len(row)
        if batch:
            yield Batch(self.rows - len(batch) + 1, len(batch), header + b"".join(batch))


def _rows(path: Path, form: str) -> Iterator[bytes]:
    """The rows of the file as they are sent, blank lines left out."""
    if form == "jsonl":
        with path.open("rb") as file:
            yield from (line.removeprefix(b"\xef\xbb\xbf").strip() + b"\n" for line in file if line.strip())
    else:
        yield from islice(_csv(path), 1, None)


def _header(path: Path) -> bytes:
    header = next(_csv(path), None)
    if header is None:
        raise LauncherError(f"{path} is empty: its first line should name the columns.")
    return header


def _csv(path: Path) -> Iterator[bytes]:
    """The lines of a CSV file with commas, whatever separates its cells."""
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            delimiter = max(DELIMITERS, key=file.readline().count)
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            for cells in filter(None, reader):
                yield _written(cells)
                line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise LauncherError(f"{path} is not text in UTF-8, near line {line}: save it as UTF-8.") from error
    except csv.Error as error:
        raise LauncherError(f"{path} is not CSV near line {line}: {error}.") from error


def _written(cells: Sequence[str]) -> bytes:
    text = StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
