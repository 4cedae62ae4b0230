"""Every query on parts of the record."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import and_, or_, select

from services.case.parts.models import Relation
from services.case.versions.models import Part
from services.case.versions.rules import Standing
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page

P = TypeVar("P", bound=Part)


async def of_client(work: UnitOfWork, table: type[P], client_id: UUID, paging: Paging) -> Slice[P]:
    """The parts of one kind, those that have ended too, last recorded first. Index: <table>_of_client."""
    in_force_or_ended = or_(table.standing == Standing.CURRENT, table.ended.is_not(None))
    query = select(table).where(table.client_id == client_id, in_force_or_ended, table.is_shown())
    return await page(work, query, paging, table.recorded_at, table.id)


async def naming(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Relation]:
    """The relations in force on others' records that name a client. Index: client_relation_naming."""
    in_force = and_(Relation.standing == Standing.CURRENT, Relation.is_shown())
    query = select(Relation).where(Relation.related_client_id == client_id, in_force)
    return await page(work, query, paging, Relation.id)
