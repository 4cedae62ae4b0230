"""The ways of writing names, read and validated once when the service starts."""

from functools import cache, lru_cache
from pathlib import Path

import yaml

from services.case.names.rules import Name, Spelling, letters_of, name_of

_FILE = Path(__file__).with_name("spelling.yaml")


@cache
def spelling() -> Spelling:
    """How names are written."""
    return Spelling.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@lru_cache(maxsize=50_000)
def name(text: str) -> Name:
    """A name as it may be written. Whole registers have few different names, so they are kept in mind."""
    return name_of(text, spelling())


@lru_cache(maxsize=50_000)
def letters(text: str) -> str:
    """The bare letters of a name, by which it is found from its beginning on."""
    return letters_of(text, spelling())
