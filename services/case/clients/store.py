"""Every query on the client record."""

from uuid import UUID

from sqlalchemy import or_, select

from services.case.clients.models import Client, Contact
from services.case.clients.problems import ClientNotFound
from services.case.clients.rules import Standing
from shared.access.models import AccessGrant
from shared.access.visibility import in_force
from shared.db.work import UnitOfWork


async def client(work: UnitOfWork, client_id: UUID) -> Client:
    """The record of a client, as far as the actor may see it."""
    return await work.one(select(Client).where(Client.id == client_id), ClientNotFound)


async def client_to_change(work: UnitOfWork, client_id: UUID) -> Client:
    """The same, held until the work ends: of two changes at once, the second waits and sees what the first left."""
    await work.check(select(Client.id).where(Client.id == client_id).with_for_update())
    return await client(work, client_id)


async def exists(work: UnitOfWork, client_id: UUID) -> bool:
    """Whether there is such a client at all, for an agency that is about to open a case."""
    return bool(await work.check(select(Client.id).where(Client.id == client_id)))


async def open_to_actor(work: UnitOfWork, client: Client) -> set[str]:
    """The categories of another agency's record that grants open to the actor. Index: access_grant_in_force."""
    query = select(AccessGrant.category).where(
        AccessGrant.client_id == client.id,
        AccessGrant.grantee == work.actor.agency,
        or_(AccessGrant.source_agency.is_(None), AccessGrant.source_agency == client.owner_agency),
        in_force(work.clock.now()),
    )
    return {row.category for row in await work.check(query)}


async def contact(work: UnitOfWork, client_id: UUID) -> Contact | None:
    """How the client is reached. Index: uq_client_contact_current."""
    current = select(Contact).where(Contact.client_id == client_id, Contact.standing == Standing.CURRENT)
    return await work.first(current)
