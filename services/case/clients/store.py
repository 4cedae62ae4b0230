"""Every query on the client record."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from services.case.clients.models import Client, Contact
from services.case.clients.problems import ClientNotFound
from shared.db.work import UnitOfWork

MOST_HITS = 10


async def client(work: UnitOfWork, client_id: UUID) -> Client:
    """The record of a client, as far as the actor may see it."""
    return await work.one(select(Client).where(Client.id == client_id), ClientNotFound)


async def exists(work: UnitOfWork, client_id: UUID) -> bool:
    """Whether there is such a client at all, for an agency that is about to open a case."""
    return bool(await work.check(select(Client.id).where(Client.id == client_id)))


async def id_by_identifier(work: UnitOfWork, form: Any) -> UUID | None:
    """The client who has one of the identifiers of an identity. Index: the unique constraints of `client`."""
    rows = await work.check(select(Client.id).where(_has_identifier(form)).limit(1))
    return rows[0].id if rows else None


async def hits_by_identifier(work: UnitOfWork, wanted: Any) -> Sequence[Any]:
    """Who has the code or identifier looked for."""
    return await work.check(_recognisable().where(_has_identifier(wanted)).limit(MOST_HITS))


async def hits_by_name(work: UnitOfWork, last_name: str, date_of_birth: date) -> Sequence[Any]:
    """Who has the family name and date of birth. Index: client_by_name_and_birth."""
    query = _recognisable().where(Client.last_name_key == last_name.casefold(), Client.date_of_birth == date_of_birth)
    return await work.check(query.order_by(Client.id).limit(MOST_HITS))


async def contact(work: UnitOfWork, client_id: UUID) -> Contact | None:
    """How the client is reached."""
    return await work.first(select(Contact).where(Contact.client_id == client_id))


def _recognisable() -> Select[Any]:
    return select(Client.id, Client.first_name, Client.last_name, Client.date_of_birth, Client.owner_agency)


def _has_identifier(wanted: Any) -> ColumnElement[bool]:
    if wanted.personal_code is not None:
        return Client.personal_code == wanted.personal_code
    other = wanted.other_identifier
    return (
        (Client.other_identifier_kind == other.kind)
        & (Client.other_identifier_country == other.country)
        & (Client.other_identifier == other.value)
    )
