"""Every query on erasures, and on what speaks for and against one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CTE, Table, and_, exists, func, inspect, not_, or_, select
from sqlalchemy.dialects.postgresql import insert

from services.case.base import Base
from services.case.cases.models import Case
from services.case.clients.models import Client
from services.case.consents.models import Grant
from services.case.erasures.models import ErasureOrder, ErasureReceipt
from services.case.erasures.problems import ErasureNotFound
from services.case.restrictions.models import Restriction
from shared.access.categories import Category, Ground
from shared.access.models import MergedClient
from shared.access.visibility import closed_to, unmerged
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest
from shared.rights.erasure import Scope
from shared.rights.holdings import holdings_of

OF_A_CASE = (Ground.SHARED_RECORD, Ground.EXISTENCE)
"""Grounds of grants that no row refers to: they rest on the agency's having a case."""


class Facts(NamedTuple):
    """How an agency stands to a client. `ended_at` is when its last case ended, or when the person was registered."""

    client_id: UUID
    ended_at: datetime | None
    others_have_cases: bool


async def facts(work: UnitOfWork, clients: Collection[UUID], agency: str) -> list[Facts]:
    """How the agency stands to each client of whom it holds something, and whose record is neither merged nor closed.

    Whoever registered the person, or a record merged into this one, rests on it as if there were a case.
    Indexes: pk_client, case_of_client, ix_merged_client_survivor_id, access_restriction_of_client.
    """
    roots = _roots(clients)
    own = Case.owner_agency == agency
    others = func.count(Case.id).filter(Case.owner_agency != agency)
    registrants = select(roots.c.id).where(roots.c.stands_for == Client.id)
    query = (
        select(
            Client.id,
            func.max(Case.closed_at).filter(own),
            func.bool_or(Case.closed_at.is_(None)).filter(own),
            Client.created_at,
            or_(others > 0, registrants.where(roots.c.agency != agency).exists()),
        )
        .outerjoin(Case, Case.client_id == Client.id)
        .where(Client.id.in_(clients), unmerged(Client.id))
        .where(not_(closed_to(work.actor, Client.id, work.clock.now())))
        .group_by(Client.id)
        .having(or_(registrants.where(roots.c.agency == agency).exists(), func.count(Case.id).filter(own) > 0))
    )
    return [
        Facts(client_id, None if is_open else closed_at or registered_at, others_have_cases)
        for client_id, closed_at, is_open, registered_at, others_have_cases in await work.check(query)
    ]


def _roots(clients: Collection[UUID]) -> CTE:
    """The roots of clients and of all that were merged into them: whom each stands for, and who registered it."""
    columns = (Client.id, Client.owner_agency.label("agency"))
    own = select(Client.id.label("stands_for"), *columns).where(Client.id.in_(clients)).cte("root", recursive=True)
    merged = select(own.c.stands_for, *columns).join(MergedClient, MergedClient.merged_id == Client.id)
    return own.union_all(merged.join(own, MergedClient.survivor_id == own.c.id))


async def grants_on_nothing(work: UnitOfWork, clients: Collection[UUID]) -> list[UUID]:
    """Open grants that rest on no row any more, whoever's it was. Index: client_grant_of_client.

    What a grant may rest on is read off the tables: whatever refers to it, or the case that gave it.
    """
    keys = (key for holding in holdings_of(Base) for key in holding.table.foreign_keys)
    referring = [exists().where(key.parent == Grant.id) for key in keys if key.column.table is Grant.__table__]
    with_case = exists().where(Case.client_id == Grant.client_id, Case.owner_agency == Grant.grantee)
    rests = or_(and_(Grant.ground.in_(OF_A_CASE), with_case), *referring)
    query = select(Grant.id).where(Grant.client_id.in_(clients), Grant.closed_at.is_(None), ~rests)
    return [row.id for row in await work.check(query)]


async def restrictions_in(work: UnitOfWork, scope: Scope) -> Sequence[Restriction]:
    """Restrictions not lifted yet that an order takes. Index: restriction_of_client."""
    table = inspect(Restriction).local_table
    assert isinstance(table, Table)
    return await work.all(select(Restriction).where(scope.covers(table), Restriction.lifted_at.is_(None)))


async def under_way(work: UnitOfWork, client_id: UUID) -> bool:
    """Whether some service has yet to answer an order about the client. Index: erasure_order_under_way."""
    query = select(ErasureOrder.id).where(ErasureOrder.client_id == client_id, ErasureOrder.completed_at.is_(None))
    return bool(await work.check(query))


async def order(work: UnitOfWork, order_id: UUID) -> ErasureOrder:
    """One order."""
    return await work.one(select(ErasureOrder).where(ErasureOrder.id == order_id), ErasureNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[ErasureOrder]:
    """Orders about a client, newest first. Index: erasure_order_of_client."""
    return await newest(work, ErasureOrder, paging, ErasureOrder.client_id == client_id)


async def order_to_answer(work: UnitOfWork, order_id: UUID) -> ErasureOrder:
    """The order, held until the work ends: of two services that answer at once, the second sees what the first said."""
    return await work.one(select(ErasureOrder).where(ErasureOrder.id == order_id).with_for_update(of=ErasureOrder))


async def note(work: UnitOfWork, receipt: ErasureReceipt) -> None:
    """Keep a service's statement; one that came before stays."""
    columns = {column.key: getattr(receipt, column.key) for column in ErasureReceipt.__table__.columns}
    await work.execute(insert(ErasureReceipt).values(columns).on_conflict_do_nothing())


async def answered(work: UnitOfWork, order_id: UUID) -> set[str]:
    """The services that have answered. Index: pk_erasure_receipt."""
    query = select(ErasureReceipt.service).where(ErasureReceipt.order_id == order_id)
    return {row.service for row in await work.check(query)}


def categories_of(order: ErasureOrder) -> list[Category] | None:
    """The categories of an order; none where it is about all of them."""
    return None if order.categories is None else [Category(category) for category in order.categories]
