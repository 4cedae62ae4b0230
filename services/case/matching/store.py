"""The rules of likeness, read and validated once when the service starts."""

from functools import cache
from pathlib import Path

import yaml

from services.case.matching.rules import Matching

_FILE = Path(__file__).with_name("matching.yaml")


@cache
def matching() -> Matching:
    """How much speaks for two records being about one person."""
    return Matching.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
