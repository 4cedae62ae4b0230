"""What a unit of work is carried out for, and what it needs around it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from shared.clock import Clock
from shared.db.engine import Sessions
from shared.events.outbox import Outbox
from shared.security.statements import Signer

if TYPE_CHECKING:
    from shared.http.peer import Peers


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a unit of work needs of the process it runs in."""

    service: str
    sessions: Sessions
    clock: Clock
    kind_of: Callable[[str], str | None] = lambda agency: None
    grants_are_current: Callable[[], bool] = lambda: True
    committed: Callable[[], None] = lambda: None
    logged: Callable[[], None] = lambda: None
    peers: "Peers | None" = None
    signer: Signer | None = None


@dataclass(slots=True)
class Errand:
    """What the unit of work is carried out for: the request, its trace, and what the caller presupposes.

    `source` is what values given now are said to come from, where that is another than the caller's system.
    """

    operation: str
    traceparent: str | None = None
    if_match: str | None = None
    must_match: bool = False
    tag: int | None = None
    told_by_version: bool = False
    made: UUID | None = None
    source: str | None = None
    at: str | None = None
    outbox: Outbox = field(default_factory=Outbox)
