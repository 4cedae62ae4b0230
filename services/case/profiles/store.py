"""The profiles on disk, read and validated once when the service starts."""

from functools import cache
from pathlib import Path

import yaml

from services.case.profiles.schemas import Law, Profile
from shared.access.categories import Category

_FOLDER = Path(__file__).parent


@cache
def profiles() -> dict[str, Profile]:
    """Every agency profile by its kind."""
    files = sorted(set(_FOLDER.glob("*.yaml")) - {_FOLDER / "law.yaml"})
    found = [Profile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files]
    return {profile.kind: profile for profile in found}


def kept_back(kind: str | None) -> frozenset[Category]:
    """What a holder of this kind keeps back; whatever any kind keeps back, where the holder's is not known."""
    holders = [profiles()[kind]] if kind in profiles() else profiles().values()
    return frozenset().union(*(profile.kept_back for profile in holders))


@cache
def law() -> Law:
    """The figures from law."""
    return Law.model_validate(yaml.safe_load((_FOLDER / "law.yaml").read_text(encoding="utf-8")))
