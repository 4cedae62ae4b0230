"""What a client is told of. Pure."""

from enum import StrEnum


class Told(StrEnum):
    """What happened (the words stand in labels.yaml as `told.<code>`)."""

    DANGER_CLAIMED = "danger-claimed"
