"""Words for the network service's codes."""

from pathlib import Path

from shared.labels import Labels

LABELS = Labels.read(Path(__file__).with_name("labels.yaml"))
