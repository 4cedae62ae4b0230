"""The words of the case service, read once."""

from pathlib import Path

from shared.labels import Labels

_FOLDER = Path(__file__).parent
LABELS = Labels.read(_FOLDER / "labels.yaml", _FOLDER / "holdings.yaml")
