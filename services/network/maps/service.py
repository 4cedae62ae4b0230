"""Use cases of network maps: one unit of work each."""

from uuid import UUID

from services.network.maps import rules, store
from services.network.maps.models import NetworkMap
from services.network.maps.problems import MapRefused
from services.network.maps.rules import Predecessor
from services.network.maps.schemas import MapIn
from shared.access.categories import Category
from shared.access.grounds import refuse_if_shut_out
from shared.db.work import UnitOfWork
from shared.events.catalog.network import MapDrawn
from shared.http.paging import Paging, Slice
from shared.ids import new_id


async def keep(work: UnitOfWork, drawn: MapIn) -> NetworkMap:
    """Keep a map as it was drawn, unless a rule of the notation is broken."""
    predecessor = await _predecessor(work, drawn.supersedes, drawn.client_id) if drawn.supersedes else None
    if unmet := rules.unmet(drawn.to_sketch(), predecessor, work.clock.today()):
        raise MapRefused(unmet)
    kept = NetworkMap(
        id=new_id(),
        owner_agency=work.actor.agency,
        category=Category.NETWORK,
        **drawn.model_dump(exclude={"members", "ties"}),
        **drawn.model_dump(mode="json", include={"members", "ties"}),
    )
    work.add(kept)
    work.announce(MapDrawn(client_id=kept.client_id, case_id=kept.case_id, map_id=kept.id), of=kept)
    return kept


async def _predecessor(work: UnitOfWork, map_id: UUID, client_id: UUID) -> Predecessor:
    earlier = await store.drawn(work, map_id)
    return Predecessor(
        is_of_same_client=earlier.client_id == await work.aliases.survivor(client_id),
        drawn_on=earlier.drawn_on,
        is_superseded=await store.is_superseded(work, map_id),
    )


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[NetworkMap]:
    """A client's maps; an agency that has none and is let into none is told what would let it in."""
    found = await store.of_client(work, client_id, paging)
    await refuse_if_shut_out(work, found, client_id, Category.NETWORK)
    return found
