"""By what a list of the access log may be narrowed, at a service and over all of them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query

from shared.access.categories import AccessAction
from shared.actor import OfficerId
from shared.http.schemas import Moment


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which entries are asked for; what is left open is not narrowed. `until` itself is not within."""

    officer: str | None = None
    action: AccessAction | None = None
    since: datetime | None = None
    until: datetime | None = None
    hidden: bool = False

    def query(self) -> dict[str, str]:
        """The same as a query string's parameters."""
        asked = {name: value for name, value in asdict(self).items() if value}
        return {name: value.isoformat() if isinstance(value, datetime) else str(value) for name, value in asked.items()}


async def narrowing(
    officer: Annotated[OfficerId | None, Query(description="The agency's account of who looked.")] = None,
    action: Annotated[AccessAction | None, Query(description="What was done.")] = None,
    since: Annotated[Moment | None, Query(description="From this moment on.")] = None,
    until: Annotated[Moment | None, Query(description="Before this moment.")] = None,
    hidden: Annotated[bool, Query(description="Only what is or was hidden from the person.")] = False,
) -> Narrowing:
    """What the caller asks for."""
    return Narrowing(officer, action, since, until, hidden)


Narrowed = Annotated[Narrowing, Depends(narrowing)]
