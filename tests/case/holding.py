"""What is held of clients: rows that were written at another time, and other services that hold rows too."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, update

from services.case.base import Base
from shared.http.problems import Unavailable
from shared.rights.holdings import holdings_of
from tests.support.service import Running


async def written_at(case: Running, at: datetime, *clients: str, but: str | None = None) -> None:
    """Let all rows of clients, or all but those of one agency, have been written at another time."""
    async with case.runtime.engine.begin() as connection:
        for table in (holding.table for holding in holdings_of(Base)):
            for name in {"created_at", "recorded_at"} & {*table.columns.keys()}:
                rows = table.c.client_id.in_([UUID(client) for client in clients])
                others = table.c.owner_agency != func.coalesce(but, "")
                await connection.execute(update(table).where(rows, others).values({name: at}))


class Peers:
    """The other services, which hold a row of each category of each client, or are away."""

    def __init__(self) -> None:
        self.away = False
        self.owned: list[dict[str, Any]] = []
        """Whose rows they hold."""
        self.meanwhile: Callable[[], Awaitable[Any]] | None = None
        """What happens once while they count."""

    async def call(self, peer: str, method: str, path: str, *, body: Any = None, **_: Any) -> Any:
        """What a service answers."""
        if self.away:
            raise Unavailable
        if path.endswith("/owners"):
            return [one for one in self.owned if one["client_id"] in body]
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return Counter(kind for scope in body for kind in scope["categories"] for _ in scope["clients"])

    def holds(self, client_id: str, agency: str, category: str, newest: datetime) -> None:
        """Let them hold a row of an agency."""
        said = {"client_id": client_id, "agency": agency, "category": category, "newest": newest.isoformat()}
        self.owned.append(said)
