"""Services that follow the case service's decisions at once, as they would by its events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select

from services.case.consents.models import Grant
from services.case.handlers import on_grant_applied
from shared.db.work import UnitOfWork
from shared.events.catalog.each_service import FOLLOWERS, GRANT_APPLIED
from tests.support.service import Running


@asynccontextmanager
async def followers(case: Running) -> AsyncIterator[None]:
    """Every opening and closing of a grant that is given from now on is applied as soon as it is committed."""
    following = asyncio.create_task(_follow(case))
    yield
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def _follow(case: Running) -> None:
    said: set[tuple[object, str]] = set()
    since = case.runtime.clock.now()
    by_consent = select(Grant).where(Grant.ground == "consent", Grant.created_at >= since)
    while True:
        async with case.work() as work:
            for grant in await work.all(by_consent):
                change = "closed" if grant.closed_at else "opened"
                if (grant.id, change) not in said:
                    said.add((grant.id, change))
                    await _applied(work, grant, change)
            await work.commit()
        await asyncio.sleep(0.02)


async def _applied(work: UnitOfWork, grant: Grant, change: str) -> None:
    for service in FOLLOWERS:
        told = {"client_id": grant.client_id, "grant_id": grant.id, "change": change}
        applied = GRANT_APPLIED[service].model_validate(told | {"applied_at": work.clock.now()})
        await on_grant_applied(applied, work)
