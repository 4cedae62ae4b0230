"""The words of the case service, read once."""

from pathlib import Path

from shared.labels import Labels

LABELS = Labels.read(Path(__file__).with_name("labels.yaml"))
