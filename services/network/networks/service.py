"""Use cases of networks of agencies: one unit of work each."""

from services.network.networks import rules, store
from services.network.networks.models import Network
from services.network.networks.problems import NetworkExists, NetworkRefused, NotKeeper
from services.network.networks.schemas import Charter
from shared.db.work import UnitOfWork
from shared.ids import new_id


async def found(work: UnitOfWork, charter: Charter) -> Network:
    """Found a network; the actor's agency keeps it."""
    _check(charter)
    if await store.by_code(work, charter.code):
        raise NetworkExists
    network = Network(
        id=new_id(), code=charter.code, kind=charter.kind, kept_by=work.actor.agency, charter=charter.stored()
    )
    work.add(network)
    return network


async def put(work: UnitOfWork, charter: Charter) -> tuple[Network, bool]:
    """Found the network, or replace its charter; answers also whether it is new. The same charter changes nothing."""
    await work.serialise_on(f"network:{charter.code}")
    network = await store.by_code(work, charter.code)
    if network is None:
        return await found(work, charter), True
    if network.charter == charter.stored():
        return network, False
    if network.kept_by != work.actor.agency:
        raise NotKeeper
    work.expect(network)
    _check(charter)
    network.kind, network.charter = charter.kind, charter.stored()
    return network, False


def _check(charter: Charter) -> None:
    if unmet := rules.unmet(charter.outline()):
        raise NetworkRefused(unmet)
