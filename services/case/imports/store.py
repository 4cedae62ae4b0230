"""Every query on imports, and on what a register's rows are held against."""

from collections.abc import Collection, Hashable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Select, String, TableValuedAlias, and_, delete, func, literal, select

from services.case.clients.models import Client, Identity
from services.case.external_ids.models import ExternalId
from services.case.identifiers.models import Identifier
from services.case.identifiers.rules import IdentifierKind, Known
from services.case.imports.models import Import, ImportedRow
from services.case.imports.problems import ImportNotFound
from services.case.imports.rules import Outcome, Taken
from services.case.versions.rules import Standing
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page


async def one(work: UnitOfWork, import_id: UUID) -> Import:
    """An import of the actor's agency. Index: the primary key."""
    query = select(Import).where(Import.id == import_id, Import.agency == work.actor.agency)
    return await work.one(query, ImportNotFound)


async def held(work: UnitOfWork, import_id: UUID) -> Import:
    """The same, held until the work ends: of two who send rows at once, the second sees what the first has done."""
    query = select(Import).where(Import.id == import_id, Import.agency == work.actor.agency).with_for_update()
    return await work.one(query, ImportNotFound)


async def of_agency(work: UnitOfWork, digest: str | None, paging: Paging) -> Slice[Import]:
    """Imports of the actor's agency, newest first, or those of one file. Index: import_of_agency, import_of_file."""
    query = select(Import).where(Import.agency == work.actor.agency)
    if digest is not None:
        query = query.where(Import.digest == digest)
    return await page(work, query, paging, Import.created_at, Import.id)


async def rows(work: UnitOfWork, import_id: UUID, first: int, last: int) -> Sequence[ImportedRow]:
    """What became of rows that were done before. Index: the primary key."""
    numbers = ImportedRow.number.between(first, last)
    query = select(ImportedRow).where(ImportedRow.import_id == import_id, numbers)
    return await work.all(query.order_by(ImportedRow.number))


async def page_of_rows(
    work: UnitOfWork, import_id: UUID, outcome: Outcome | None, paging: Paging
) -> Slice[ImportedRow]:
    """A page of the report, in the order of the file. Index: the primary key, import_row_by_outcome."""
    return await page(work, _reported(import_id, outcome), paging, ImportedRow.number, ascending=True)


async def rows_after(
    work: UnitOfWork, import_id: UUID, outcome: Outcome | None, after: int, most: int
) -> Sequence[ImportedRow]:
    """The report from a row on. Index: the primary key, import_row_by_outcome."""
    query = _reported(import_id, outcome).where(ImportedRow.number > after)
    return await work.all(query.order_by(ImportedRow.number).limit(most))


async def known_clients(work: UnitOfWork, source: str, known: Sequence[Known]) -> dict[Hashable, Taken]:
    """Who is or was known by these, and whether this very import has said so. Index: uq_client_identifier."""
    named = _wanted(
        kind=[one.kind for one in known], country=[k.country for k in known], compared=[k.compared for k in known]
    )
    columns = (Identifier.kind, Identifier.country, Identifier.compared)
    same = and_(Identifier.leads_to_client, *(column == named.c[column.key] for column in columns))
    by_this_import = Identifier.source["system"].astext == source
    query = select(*columns, Identifier.client_id, by_this_import.label("brought")).join(named, same)
    query = query.where(Identifier.leads_to_client)
    return {
        Known(IdentifierKind(row.kind), row.country, row.compared): Taken(row.client_id, row.brought)
        for row in await work.check(query)
    }


async def keyed_clients(work: UnitOfWork, source: str, system: str, keys: Sequence[str]) -> dict[Hashable, Taken]:
    """Whom the agency's system calls by these keys. Index: uq_external_id, uq_client_identity_current."""
    named = _wanted(value=keys)
    by_this_import = and_(
        Identity.provenance["last_name", "system"].astext == source, Identity.recorded_at == ExternalId.recorded_at
    )
    current = and_(Identity.client_id == ExternalId.client_id, Identity.standing == Standing.CURRENT)
    query = (
        select(ExternalId.value, ExternalId.client_id, by_this_import.label("brought"))
        .join(named, ExternalId.value == named.c.value)
        .join(Identity, current)
        .where(ExternalId.owner_agency == work.actor.agency, ExternalId.system == system)
    )
    return {row.value: Taken(row.client_id, row.brought) for row in await work.check(query)}


async def held_clients(work: UnitOfWork, clients: Collection[UUID]) -> dict[UUID, Client]:
    """Those of the records that the actor may see, held until the work ends, in an order that keeps two from waiting
    for each other. Index: pk_client.
    """
    named = Client.id.in_(clients)
    await work.check(select(Client.id).where(named).order_by(Client.id).with_for_update())
    return {client.id: client for client in await work.all(select(Client).where(named))}


async def forget_reports(work: UnitOfWork, before: datetime) -> None:
    """Remove what became of the rows of imports that ended before a moment, or have not gone on since."""
    old = select(Import.id).where(func.coalesce(Import.ended_at, Import.created_at) < before)
    await work.execute(delete(ImportedRow).where(ImportedRow.import_id.in_(old)))


def _reported(import_id: UUID, outcome: Outcome | None) -> Select[ImportedRow]:
    query = select(ImportedRow).where(ImportedRow.import_id == import_id)
    return query if outcome is None else query.where(ImportedRow.outcome == outcome)


def _wanted(**columns: Sequence[str]) -> TableValuedAlias:
    """What a batch asks for, as a table: one parameter a column, however many rows there are."""
    lists = (literal(list(values), ARRAY(String)) for values in columns.values())
    return func.unnest(*lists).table_valued(*columns, name="wanted").render_derived()
