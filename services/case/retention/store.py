"""Every query of retention runs."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, union

from services.case.cases.models import Case
from services.case.clients.models import Client
from services.case.erasures.models import ErasureOrder
from services.case.retention.models import RetentionRun
from services.case.retention.problems import RunNotFound
from shared.access.categories import Category
from shared.access.visibility import unmerged
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest

BATCH = 10
"""Clients looked at in one unit of work: few, as everybody who writes about a client waits while any are erased."""


async def run(work: UnitOfWork, run_id: UUID) -> RetentionRun:
    """One run of the actor's agency."""
    query = select(RetentionRun).where(RetentionRun.id == run_id, RetentionRun.owner_agency == work.actor.agency)
    return await work.one(query, RunNotFound)


async def of_agency(work: UnitOfWork, paging: Paging) -> Slice[RetentionRun]:
    """Runs of the actor's agency, newest first. Index: retention_run_of_agency."""
    return await newest(work, RetentionRun, paging, RetentionRun.owner_agency == work.actor.agency)


async def unfinished(work: UnitOfWork) -> RetentionRun | None:
    """The oldest run that nobody else carries on, held until the work ends. Index: retention_run_unfinished."""
    query = select(RetentionRun).where(RetentionRun.finished_at.is_(None)).order_by(RetentionRun.created_at)
    return await work.first(query.with_for_update(skip_locked=True))


async def run_to_end(work: UnitOfWork, run_id: UUID) -> RetentionRun:
    """A run, held until the work ends."""
    return await work.one(select(RetentionRun).where(RetentionRun.id == run_id).with_for_update())


async def next_clients(work: UnitOfWork, run: RetentionRun) -> list[UUID]:
    """The clients that follow in a run: those the agency registered and those it has cases with.

    Records that were merged into others are left to the surviving ones.
    Indexes: client_registered_by, case_by_client_of_agency, pk_merged_client.
    """
    registered = select(Client.id.label("id")).where(Client.owner_agency == run.owner_agency, unmerged(Client.id))
    with_case = select(Case.client_id.label("id")).where(Case.owner_agency == run.owner_agency)
    if run.reached is not None:
        registered, with_case = registered.where(Client.id > run.reached), with_case.where(Case.client_id > run.reached)
    both = union(
        registered.order_by(Client.id).limit(BATCH).subquery().select(),
        with_case.distinct().order_by(Case.client_id).limit(BATCH).subquery().select(),
    ).subquery()
    return [row.id for row in await work.check(select(both.c.id).order_by(both.c.id).limit(BATCH))]


async def ordered(work: UnitOfWork, clients: Collection[UUID], agency: str) -> dict[UUID, dict[Category, datetime]]:
    """When each category of clients was last ordered to be erased by the agency. Index: erasure_order_of_client."""
    columns = (ErasureOrder.client_id, ErasureOrder.created_at, ErasureOrder.categories)
    query = select(*columns).where(ErasureOrder.client_id.in_(clients), ErasureOrder.owner_agency == agency)
    last: dict[UUID, dict[Category, datetime]] = defaultdict(dict)
    for client_id, at, categories in await work.check(query.order_by(ErasureOrder.created_at)):
        last[client_id] |= dict.fromkeys(map(Category, categories or Category), at)
    return last
