"""Every query on networks of agencies."""

from uuid import UUID

from sqlalchemy import select

from services.network.networks.models import Network
from services.network.networks.problems import NetworkNotFound
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page


async def by_code(work: UnitOfWork, code: str) -> Network | None:
    """The network of this code. Index: uq_network_code."""
    return await work.first(select(Network).where(Network.code == code))


async def network(work: UnitOfWork, reference: UUID | str) -> Network:
    """The network of this id or code."""
    column = Network.id if isinstance(reference, UUID) else Network.code
    return await work.one(select(Network).where(column == reference), NetworkNotFound)


async def networks(work: UnitOfWork, paging: Paging) -> Slice[Network]:
    """All networks, the newest first. Index: the primary key."""
    return await page(work, select(Network), paging, Network.id)
