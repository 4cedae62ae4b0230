"""Every query on the client record."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from services.case.clients.models import Client, Contact
from services.case.clients.problems import ClientNotFound
from shared.access.models import AccessGrant
from shared.access.visibility import in_force
from shared.db.work import UnitOfWork

MOST_HITS = 10


async def client(work: UnitOfWork, client_id: UUID) -> Client:
    """The record of a client, as far as the actor may see it."""
    return await work.one(select(Client).where(Client.id == client_id), ClientNotFound)


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


async def id_by_identifier(work: UnitOfWork, identity: Any) -> UUID | None:
    """The client who has one of the identifiers of an identity. Index: the unique constraints of `client`."""
    rows = await work.check(select(Client.id).where(_has_identifier(identity)).order_by(Client.id).limit(1))
    return rows[0].id if rows else None


async def hits_by_identifier(work: UnitOfWork, wanted: Any) -> Sequence[Any]:
    """Who has the code or identifier looked for. Index: the unique constraints of `client`."""
    return await work.check(_recognisable().where(_has_identifier(wanted)).limit(MOST_HITS))


async def hits_by_name(work: UnitOfWork, last_name: str, date_of_birth: date) -> Sequence[Any]:
    """Who has the family name and date of birth. Index: client_by_name_and_birth."""
    query = _recognisable().where(Client.last_name_key == last_name.casefold(), Client.date_of_birth == date_of_birth)
    return await work.check(query.order_by(Client.id).limit(MOST_HITS))


async def contact(work: UnitOfWork, client_id: UUID) -> Contact | None:
    """How the client is reached."""
    return await work.first(select(Contact).where(Contact.client_id == client_id))


def _recognisable() -> Select[UUID, str, str, date | None, str]:
    return select(Client.id, Client.first_name, Client.last_name, Client.date_of_birth, Client.owner_agency)


def _has_identifier(wanted: Any) -> ColumnElement[bool]:
    either = []
    if wanted.personal_code is not None:
        either.append(Client.personal_code == wanted.personal_code)
    if other := wanted.other_identifier:
        either.append(
            and_(
                Client.other_identifier_kind == other.kind,
                Client.other_identifier_country == other.country,
                Client.other_identifier == other.value,
            )
        )
    return or_(*either)
