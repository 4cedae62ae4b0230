"""Anchors: every day each service tells how far the chain of its access log has reached, and the others keep it.

Whoever cuts off or rewrites a whole log has the copies of three other databases against them.
"""

import asyncio
import contextlib
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from shared.access.chain import Head
from shared.access.models import AccessAnchor, AccessHead
from shared.actor import Actor
from shared.db.errand import Errand, Surroundings
from shared.db.work import UnitOfWork, unit_of_work
from shared.events.catalog.each_service import LOG_ANCHORED, LogAnchored
from shared.events.outbox import Fact
from shared.http.problems import Unavailable
from shared.ids import new_id

LOOK_SECONDS = 10.0


async def run(around: Surroundings) -> None:
    """Anchor the chain on every new day, until cancelled."""
    while True:
        with contextlib.suppress(SQLAlchemyError, OSError, Unavailable):
            await anchor(around)
        await asyncio.sleep(LOOK_SECONDS)


async def anchor(around: Surroundings) -> None:
    """Tell how far the chain has reached, if there is one and nobody has told it today."""
    actor = Actor.service(around.service, str(new_id()))
    async with unit_of_work(around, actor, Errand(operation="anchor_access_log")) as work:
        head = await work.first(select(AccessHead).where(AccessHead.position > 0))
        if head is None:
            return
        day = work.clock.today()
        if await _keep(work, around.service, day, Head(head.position, head.hash)):
            told = LOG_ANCHORED[around.service](day=day, position=head.position, hash=head.hash.hex())
            work.announce(told, of=Fact(new_id()))
        await work.commit()


async def on_log_anchored(event: LogAnchored, work: UnitOfWork) -> None:
    """Another service has told how far its chain reaches: what was kept of a day is never overwritten."""
    await _keep(work, event.owner(), event.day, Head(event.position, bytes.fromhex(event.hash)))


async def _keep(work: UnitOfWork, service: str, day: date, head: Head) -> bool:
    """Keep an anchor if it is the first of its day; answers whether it was."""
    columns = {"service": service, "day": day, "position": head.position, "hash": head.hash}
    return bool((await work.execute(insert(AccessAnchor).values(columns).on_conflict_do_nothing())).rowcount)
