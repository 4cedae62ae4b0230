"""The library of surveys (küsimustikud): every version that was ever asked, read once at start."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from services.feedback.configuration import ConfigurationRefused, refusal
from services.feedback.surveys.definitions import Survey

LIBRARY = Path(__file__).parent / "library"


@dataclass(frozen=True, slots=True)
class Library:
    """All surveys by code and version."""

    surveys: tuple[Survey, ...]

    def current(self) -> tuple[Survey, ...]:
        """The newest version of each survey, by code."""
        newest = {survey.code: survey for survey in self.surveys}
        return tuple(newest[code] for code in sorted(newest))

    def find(self, code: str) -> Survey | None:
        """A survey by code in its newest version; None when there is none."""
        return next((survey for survey in self.current() if survey.code == code), None)

    def asked_in(self, code: str, version: int) -> Survey:
        """The version of a survey that was asked; raises LookupError when its file was taken away."""
        for survey in self.surveys:
            if (survey.code, survey.version) == (code, version):
                return survey
        raise LookupError(f"{code} version {version}")


@cache
def library() -> Library:
    """The surveys of this installation, read and validated once."""
    return load_library()


def load_library(folder: Path = LIBRARY) -> Library:
    """Read every survey file of the folder; raises ConfigurationRefused naming file and fault."""
    surveys = sorted((_read(path) for path in folder.glob("*.yaml")), key=lambda s: (s.code, s.version))
    _refuse_repeated(surveys, folder)
    return Library(tuple(surveys))


def _read(path: Path) -> Survey:
    try:
        return Survey.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError) as fault:
        raise refusal(path, fault) from fault


def _refuse_repeated(surveys: Iterable[Survey], folder: Path) -> None:
    seen: set[tuple[str, int]] = set()
    for survey in surveys:
        if (survey.code, survey.version) in seen:
            raise ConfigurationRefused(
                f"{folder.name}: survey {survey.code} version {survey.version} stands in two files."
            )
        seen.add((survey.code, survey.version))
