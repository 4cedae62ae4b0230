"""Which service answers which address. What is not in this table cannot be reached from outside."""

from dataclasses import dataclass
from typing import Final

API: Final = "/api/v1"
PUBLIC: Final = "answers"

_SEGMENTS: Final = {
    "case": (
        *("clients", "cases", "duplicates", "merges", "notices", "tasks", "profiles", "enumerations", "households"),
        *("imports", "rectifications", "erasures", "retention-runs", "restrictions", "danger-reviews"),
    ),
    "assessment": ("instruments", "assessments"),
    "network": ("maps", "meetings", "networks"),
    "feedback": ("surveys", "triggers", "invitations", "indices"),
}
SERVICES: Final = frozenset(_SEGMENTS)


@dataclass(frozen=True, slots=True)
class Destination:
    """A service and the part of its addresses that was asked for; `public` ones need no token."""

    service: str
    prefix: str
    public: bool = False


def _table() -> dict[str, Destination]:
    """Address prefix -> destination; a service's own name leads to what every service has, such as its access log."""
    table = {f"/{PUBLIC}": Destination("feedback", f"/{PUBLIC}", public=True)}
    for service, segments in _SEGMENTS.items():
        for segment in (service, *segments):
            table[f"{API}/{segment}"] = Destination(service, f"{API}/{segment}")
    return table


_TABLE: Final = _table()


def destination(path: str) -> Destination | None:
    """Where a path (as it was sent, not decoded) leads; none when it leads nowhere from outside."""
    parts = path.split("/", 4)
    prefix = "/".join(parts[:4]) if path.startswith(API) else "/".join(parts[:2])
    return _TABLE.get(prefix)
