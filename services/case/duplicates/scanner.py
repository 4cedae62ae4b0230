"""The scanner: goes on with a scan that somebody asked for, a batch at a time.

Any number of processes may run it: the scan is held by a row lock during a batch. It remembers where it is, so one
that is stopped is gone on with by the next.
"""

import asyncio

import structlog

from services.case.duplicates import service, store
from shared.actor import Actor
from shared.db.errand import Errand, Surroundings
from shared.db.work import unit_of_work
from shared.http.app import Runtime
from shared.http.problems import Unavailable
from shared.ids import new_id

log = structlog.get_logger("scanner")

POLL_SECONDS = 2.0
PURPOSE = "duplicate-scan"


async def scan(runtime: Runtime) -> None:
    """Go on with whatever scan there is, until cancelled."""
    while True:
        try:
            while await scan_some(runtime.around):
                pass
        except Unavailable:
            log.info("scanner waits", reason="database")
        await asyncio.sleep(POLL_SECONDS)


async def scan_some(around: Surroundings) -> bool:
    """Carry a scan on by one batch; answers whether there was one."""
    actor = Actor.service(around.service, str(new_id()), PURPOSE)
    async with unit_of_work(around, actor, Errand(operation="scan_duplicates")) as work:
        under_way = await store.scan_under_way(work)
        if under_way is None:
            return False
        await service.go_on(work, under_way)
        await work.commit()
    return True
