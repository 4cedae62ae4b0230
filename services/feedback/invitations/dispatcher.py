"""The dispatcher: sends what is due, one invitation at a time, each held by a row lock while it is sent.

Any number of dispatchers may run. One that dies while sending leaves the invitation planned, and it is sent
again under the same Message-ID: a person may get it twice, never not at all.
"""

import asyncio

import structlog

from services.feedback.configuration import ConfigurationRefused
from services.feedback.invitations import service, store
from services.feedback.invitations.addresses import PURPOSE, CaseService
from services.feedback.invitations.links import Links
from services.feedback.invitations.mailer import mailer_for
from services.feedback.invitations.service import Post
from services.feedback.settings import MailSettings
from shared.actor import Actor
from shared.db.errand import Errand, Surroundings
from shared.db.work import unit_of_work
from shared.http.app import Runtime
from shared.http.problems import Unavailable
from shared.ids import new_id

log = structlog.get_logger("dispatcher")

POLL_SECONDS = 0.5
MISCONFIGURED_SECONDS = 60.0


async def dispatch(runtime: Runtime) -> None:
    """Send whatever comes due, until cancelled."""
    try:
        post = post_of(runtime, MailSettings())
    except ConfigurationRefused as refused:
        log.error("nothing is sent", reason=str(refused))
        await asyncio.sleep(MISCONFIGURED_SECONDS)
        return
    while True:
        try:
            while await send_next(runtime.around, post):
                pass
        except Unavailable:
            log.info("dispatcher waits", reason="database")
        await asyncio.sleep(POLL_SECONDS)


async def send_next(around: Surroundings, post: Post) -> bool:
    """Send the invitation that has been due longest; answers whether there was one."""
    actor = Actor.service(around.service, str(new_id()), PURPOSE)
    async with unit_of_work(around, actor, Errand(operation="send_invitation")) as work:
        invitation = await store.next_due(work, work.clock.now())
        if invitation is None:
            return False
        await service.send(work, invitation, post)
        await work.commit()
    return True


def post_of(runtime: Runtime, mail: MailSettings) -> Post:
    """What this process sends with; raises ConfigurationRefused when it cannot send."""
    return Post(
        mailer=mailer_for(mail.smtp_url, sandbox=runtime.settings.sandbox),
        addresses=CaseService(runtime.peers),
        links=Links(runtime.settings.signing_key),
        public_url=runtime.settings.public_url,
        sender=mail.mail_from,
    )
