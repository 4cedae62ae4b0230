"""The use case of looking for a person."""

from collections.abc import Sequence
from typing import Any

from services.case.clients.rules import masked
from services.case.search import store
from services.case.search.rules import MOST_HITS
from services.case.search.schemas import Hit, Hits, SearchFor
from shared.access.categories import AccessAction, Category, Ground
from shared.db.work import UnitOfWork


async def search(work: UnitOfWork, wanted: SearchFor) -> Hits:
    """People who may be the one looked for, masked; that they were found is logged for each who is shown."""
    return shown(work, await _found(work, wanted))


def shown(work: UnitOfWork, found: Sequence[Any]) -> Hits:
    """People who were found, as far as a stranger may see them."""
    hits = found[:MOST_HITS]
    for row in hits:
        work.ledger.touched(row.id, AccessAction.SEARCH, Category.IDENTITY, row.owner_agency, Ground.EXISTENCE)
    return Hits(items=[_hit(row) for row in hits], more=len(found) > len(hits))


async def _found(work: UnitOfWork, wanted: SearchFor) -> Sequence[Any]:
    if known := wanted.known():
        return await store.by_identifier(work, known)
    if wanted.last_name is not None and wanted.date_of_birth is not None:
        return await store.by_name_and_birth(work, wanted.last_name, wanted.date_of_birth)
    return await store.by_beginning(work, *wanted.beginnings(), wanted.birth_year)


def _hit(row: Any) -> Hit:
    return Hit(
        client_id=row.id,
        name=f"{masked(row.first_name)} {masked(row.last_name)}",
        birth_year=row.date_of_birth.year if row.date_of_birth else None,
    )
