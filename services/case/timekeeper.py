"""The timekeeper: does what is due by the clock alone, one thing at a time, each held by a row lock while it is done.

Any number of timekeepers may run. One that dies leaves the thing as it was, and it is done by the next: what is done
and the mark that it has been are committed together.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from services.case.consents import grants
from services.case.consents import store as consents
from services.case.dangers import service as dangers
from services.case.dangers import store as danger_claims
from services.case.retention.problems import RunFailed
from services.case.retention.service import carry_on, give_up
from shared.actor import Actor
from shared.db.errand import Errand, Surroundings
from shared.db.work import UnitOfWork, unit_of_work
from shared.http.app import Runtime
from shared.http.problems import Unavailable
from shared.ids import new_id

log = structlog.get_logger("timekeeper")

POLL_SECONDS = 0.5


async def keep_time(runtime: Runtime) -> None:
    """Do whatever comes due, until cancelled."""
    await _keep([partial(done, runtime.around, duty) for duty in DUTIES])


async def keep_retention(runtime: Runtime) -> None:
    """Carry retention runs on, until cancelled; apart from what is due, as a run may take long."""
    await _keep([partial(carried_on, runtime.around)])


async def carried_on(around: Surroundings) -> bool:
    """Carry a retention run on; one that fails ends there, and others are carried on."""
    try:
        return await done(around, carry_on)
    except RunFailed as error:
        failed = error
    log.error("retention run failed", run_id=str(failed.run_id), reason=failed.reason, exc_info=failed)

    async def give_up_retention(work: UnitOfWork) -> bool:
        return await give_up(work, failed)

    return await done(around, give_up_retention)


async def close_grant(work: UnitOfWork) -> bool:
    """Close a grant whose time is over, and announce it; the door has been shut by the clock since."""
    grant = await consents.next_expired_grant(work, work.clock.now())
    if grant is not None:
        await grants.take_back(work, grant)
    return grant is not None


async def let_consent_expire(work: UnitOfWork) -> bool:
    """Mark a consent, signed or only offered, whose last day has passed."""
    consent = await consents.next_over(work, work.clock.today())
    if consent is not None:
        consent.expired_at = work.clock.now()
    return consent is not None


async def tell_client(work: UnitOfWork) -> bool:
    """Tell a client of a danger claim, once the delay is over."""
    claim = await danger_claims.next_untold(work, work.clock.now())
    if claim is not None:
        dangers.tell(work, claim)
    return claim is not None


Duty = Callable[[UnitOfWork], Awaitable[bool]]
DUTIES: tuple[Duty, ...] = (close_grant, let_consent_expire, tell_client)


async def _keep(duties: Sequence[Callable[[], Awaitable[bool]]]) -> None:
    while True:
        try:
            for duty in duties:
                while await duty():
                    pass
        except Unavailable as error:
            log.info("timekeeper waits", reason=error.code)
        await asyncio.sleep(POLL_SECONDS)


async def done(around: Surroundings, duty: Duty) -> bool:
    """Carry out a duty once; answers whether there was anything to do."""
    async with unit_of_work(around, Actor.service(around.service, str(new_id())), Errand(duty.__name__)) as work:
        there_was = await duty(work)
        await work.commit()
    return there_was
