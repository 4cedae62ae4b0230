"""Every query on network maps."""

from uuid import UUID

from sqlalchemy import select

from services.network.maps.models import NetworkMap
from services.network.maps.problems import MapNotFound
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page


async def drawn(work: UnitOfWork, map_id: UUID) -> NetworkMap:
    """One map, if the actor may see it."""
    return await work.one(select(NetworkMap).where(NetworkMap.id == map_id), MapNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[NetworkMap]:
    """Maps of a client, the latest drawn first. Index: network_map_of_client."""
    query = select(NetworkMap).where(NetworkMap.client_id == client_id)
    return await page(work, query, paging, NetworkMap.drawn_on, NetworkMap.id)


async def is_superseded(work: UnitOfWork, map_id: UUID) -> bool:
    """Whether any map, of whichever agency, has taken this one's place. Index: uq_network_map_supersedes."""
    return bool(await work.check(select(NetworkMap.id).where(NetworkMap.supersedes == map_id)))
