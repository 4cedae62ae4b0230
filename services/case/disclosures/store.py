"""Every query on disclosures."""

from uuid import UUID

from sqlalchemy import select

from services.case.disclosures.models import Disclosure
from services.case.disclosures.problems import DisclosureNotFound
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest


async def disclosure(work: UnitOfWork, client_id: UUID, disclosure_id: UUID) -> Disclosure:
    """One disclosure about a client."""
    query = select(Disclosure).where(Disclosure.id == disclosure_id, Disclosure.client_id == client_id)
    return await work.one(query, DisclosureNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Disclosure]:
    """Disclosures about a client, newest first. Index: disclosure_of_client."""
    return await newest(work, Disclosure, paging, Disclosure.client_id == client_id)
