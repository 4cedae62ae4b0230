"""Every query on the client record."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import not_, select

from services.case.clients.models import Client, Contact, Identity
from services.case.clients.problems import ClientNotFound
from services.case.versions.rules import Standing
from shared.access.models import AccessGrant
from shared.access.visibility import closed_to, in_force
from shared.db.work import UnitOfWork


async def client(work: UnitOfWork, client_id: UUID) -> Client:
    """The record of a client, as far as the actor may see it."""
    return await work.one(select(Client).where(Client.id == client_id), ClientNotFound)


async def client_to_change(work: UnitOfWork, client_id: UUID) -> Client:
    """The same, held until the work ends: of two changes at once, the second waits and sees what the first left."""
    if found := await perhaps_to_change(work, client_id):
        return found
    raise ClientNotFound


async def perhaps_to_change(work: UnitOfWork, client_id: UUID) -> Client | None:
    """The same, or nothing where the actor may see none of it."""
    await work.check(select(Client.id).where(Client.id == client_id).with_for_update())
    return await work.first(select(Client).where(Client.id == client_id))


async def exists(work: UnitOfWork, client_id: UUID) -> bool:
    """Whether there is such a client, whose record is not closed, for an agency that is about to open a case."""
    return bool(await existing(work, [client_id]))


async def open_to_actor(work: UnitOfWork, clients: Sequence[Client]) -> dict[UUID, dict[str, set[str]]]:
    """The categories of other agencies' records that grants open to the actor, each with its grounds.

    Index: access_grant_in_force.
    """
    owners = {client.id: client.owner_agency for client in clients}
    grant = (AccessGrant.client_id, AccessGrant.category, AccessGrant.ground, AccessGrant.source_agency)
    query = select(*grant).where(
        AccessGrant.client_id.in_(owners), AccessGrant.grantee == work.actor.agency, in_force(work.clock.now())
    )
    opened: dict[UUID, dict[str, set[str]]] = {client_id: defaultdict(set) for client_id in owners}
    for row in await work.check(query):
        if row.source_agency in (None, owners[row.client_id]):
            opened[row.client_id][row.category].add(row.ground)
    return opened


async def existing(work: UnitOfWork, clients: Collection[UUID]) -> set[UUID]:
    """Those of the ids that are, or were before a merge, a client's whose record is not closed."""
    survivors = await work.aliases.survivors(clients)
    closed = closed_to(work.actor, Client.id, work.clock.now())
    query = select(Client.id).where(Client.id.in_(set(survivors.values())), not_(closed))
    found = {row.id for row in await work.check(query)}
    return {client_id for client_id, survivor in survivors.items() if survivor in found}


async def identities(work: UnitOfWork, clients: Collection[UUID]) -> Sequence[Identity]:
    """Who clients are, as far as the actor may see it. Index: uq_client_identity_current."""
    current = select(Identity).where(Identity.client_id.in_(clients), Identity.standing == Standing.CURRENT)
    return await work.all(current)


async def names(work: UnitOfWork, clients: Collection[UUID]) -> Sequence[Any]:
    """The names of clients whom the actor may not see, to be masked; none where the record is closed.

    Index: uq_client_identity_current.
    """
    columns = (Identity.client_id, Identity.first_name, Identity.last_name, Identity.owner_agency)
    named = select(*columns).where(Identity.client_id.in_(clients), Identity.standing == Standing.CURRENT)
    return await work.check(named.where(not_(closed_to(work.actor, Identity.client_id, work.clock.now()))))


async def contact(work: UnitOfWork, client_id: UUID) -> Contact | None:
    """How the client is reached. Index: uq_client_contact_current."""
    current = select(Contact).where(Contact.client_id == client_id, Contact.standing == Standing.CURRENT)
    return await work.first(current)
