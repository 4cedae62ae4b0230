"""The instruments on disk, read once. A file that is wrong or was changed after publication stops the start."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from services.assessment.instruments.definition import Instrument, Part
from shared.labels import Label

LIBRARY = Path(__file__).with_name("library")
REGISTER = "published.yaml"


class LibraryRefused(Exception):
    """The instruments cannot be served; the message names the file, the place in it and what is wrong."""


class Publication(Part):
    """When a version was published, and the digest of its content at that moment."""

    published_on: date
    digest: str


_REGISTER = TypeAdapter(dict[str, Publication])


class Library:
    """The published instruments, by code and version."""

    def __init__(self, instruments: Mapping[tuple[str, int], Instrument]) -> None:
        self._instruments = instruments

    def __iter__(self) -> Iterator[Instrument]:
        """Every published version, by code, newest version first."""
        return iter(sorted(self._instruments.values(), key=lambda one: (one.code, -one.version)))

    def get(self, code: str, version: int) -> Instrument | None:
        """One published version, if there is such."""
        return self._instruments.get((code, version))

    def __getitem__(self, name: tuple[str, int]) -> Instrument:
        """A version that something was made by; raises KeyError, for published versions are never taken out."""
        return self._instruments[name]

    def words(self) -> dict[str, Label]:
        """What instruments and kinds of resources are called, as codes of fields; the newest version has the word."""
        oldest_first = sorted(self, key=lambda one: one.version)
        titles = {f"value.instrument.{one.code}": one.title for one in oldest_first}
        kinds = {f"value.kind.{kind.code}": kind.label for one in oldest_first for kind in one.resource_kinds}
        return titles | kinds

    def newest(self, code: str) -> Instrument | None:
        """The newest published version of an instrument, if there is such."""
        return next((one for one in self if one.code == code), None)


def load(folder: Path = LIBRARY) -> Library:
    """Read the published versions. A file that the register does not name is a draft and is not served.

    Raises LibraryRefused for a published file that is missing, malformed or differs from what was published.
    """
    register = _register(folder / REGISTER)
    published = (_published(folder / f"{name}.yaml", entry) for name, entry in register.items())
    return Library({(one.code, one.version): one for one in published})


@cache
def library() -> Library:
    """The library of this process, read once."""
    return load(LIBRARY)


def digest(content: Any) -> str:
    """The fingerprint of an instrument's content; comments and layout of the file do not count."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _register(file: Path) -> dict[str, Publication]:
    try:
        return _REGISTER.validate_python(_content(file))
    except ValidationError as error:
        raise LibraryRefused(_sentence(file, error)) from error


def _published(file: Path, entry: Publication) -> Instrument:
    content = _content(file)
    try:
        instrument = Instrument.model_validate(content)
    except ValidationError as error:
        raise LibraryRefused(_sentence(file, error)) from error
    if instrument.name != file.stem:
        raise LibraryRefused(f"{file.name}: holds {instrument.name}; name the file after its code and version.")
    if digest(content) != entry.digest:
        raise LibraryRefused(
            f"{file.name}: changed after it was published on {entry.published_on}; publish the change as a new version."
        )
    return instrument


def _content(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LibraryRefused(f"{file.name}: there is no such file in {file.parent.name}/.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LibraryRefused(f"{file.name}: is not YAML: {' '.join(str(error).split())}.") from error


def _sentence(file: Path, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(step) for step in first["loc"]) or "the file"
    return f"{file.name}: {place}: {first['msg'].removeprefix('Value error, ')}."
