"""Words for codes: every code that a person may read has a label in Estonian, Russian and English."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

Language = Literal["et", "ru", "en"]
LANGUAGES: tuple[Language, ...] = ("et", "ru", "en")
DEFAULT_LANGUAGE: Language = "en"
OFFICIAL: Language = "et"
"""In which language a person is addressed of whose own nothing is known."""


class Label(BaseModel):
    """What a code means, in three languages; `source` names the document and lines a rule rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    et: str
    ru: str
    en: str
    source: str | None = None

    def into(self, language: Language) -> str:
        """The label in one language."""
        return {"et": self.et, "ru": self.ru, "en": self.en}[language]


_ADAPTER = TypeAdapter(dict[str, Label])
_SHARED = Path(__file__).with_name("labels.yaml")


class Labels:
    """The catalogue of one part: the shared labels and the part's own."""

    def __init__(self, labels: Mapping[str, Label]) -> None:
        self._labels = labels

    @classmethod
    def read(cls, *files: Path) -> "Labels":
        """Read and validate label files; a code may stand in one file only."""
        labels: dict[str, Label] = {}
        for file in (_SHARED, *files):
            found = _file(file)
            if twice := labels.keys() & found.keys():
                raise ValueError(f"{file.name}: labelled twice: {', '.join(sorted(twice))}")
            labels |= found
        return cls(labels)

    def joined(self, labels: Mapping[str, Label]) -> "Labels":
        """The same catalogue with more words, which come with what they name."""
        return Labels({**labels, **self._labels})

    def __contains__(self, code: str) -> bool:
        return code in self._labels

    def text(self, code: str, language: Language) -> str:
        """The words for a code; the code itself where it has none, so nothing fails for want of a label."""
        label = self._labels.get(code)
        return label.into(language) if label else code

    def source(self, code: str) -> str | None:
        """The document and lines that a rule's code rests on."""
        label = self._labels.get(code)
        return label.source if label else None


@cache
def _file(file: Path) -> dict[str, Label]:
    return _ADAPTER.validate_python(yaml.safe_load(file.read_text(encoding="utf-8")) or {})


def preferred(accept_language: str | None) -> Language:
    """The language of ours that an Accept-Language header asks for most; English when it names none."""
    best: tuple[float, Language] = (0.0, DEFAULT_LANGUAGE)
    for part in (accept_language or "").split(","):
        tag, _, weight = part.replace(" ", "").partition(";q=")
        primary = tag.split("-")[0].lower()
        for language in LANGUAGES:
            if language == primary and (quality := _quality(weight)) > best[0]:
                best = (quality, language)
    return best[1]


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
