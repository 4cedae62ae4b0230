"""Every query of an export."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.case.clients.models import Client
from shared.db.work import UnitOfWork

CLIENTS_AT_ONCE = 200


async def clients_after(work: UnitOfWork, after: UUID | None) -> Sequence[Client]:
    """The next records that the actor may see, in the order of their ids. Index: the primary key."""
    query = select(Client)
    if after is not None:
        query = query.where(Client.id > after)
    return await work.all(query.order_by(Client.id).limit(CLIENTS_AT_ONCE))
