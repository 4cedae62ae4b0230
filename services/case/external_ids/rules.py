"""What a key of an agency's own system is. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExternalKey:
    """The key by which a system of an agency knows a client."""

    system: str
    value: str
