"""Dead letters: events that could not be handled, to be read and replayed by an operator."""

from datetime import datetime
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from sqlalchemy import select

from shared.actor import Role
from shared.events.models import DeadLetter
from shared.http.paging import Page, Paged, page
from shared.http.problems import Conflict, NotFound, Unavailable, problems
from shared.http.routing import Router, Work
from shared.http.schemas import Schema

log = structlog.get_logger("dead_letters")


class ReplayFailed(Conflict):
    """The event failed as it did before; `error` names the kind of fault."""

    code = "replay-failed"


class DeadLetterOut(Schema):
    """An event that could not be handled: which, by whom, and what kind of fault."""

    id: UUID
    consumer: str
    subject: str
    error: str
    attempts: int
    at: datetime
    replayed_at: datetime | None

    @classmethod
    def of(cls, row: DeadLetter) -> "DeadLetterOut":
        """The row as it travels."""
        return cls.model_validate(row)


def router(service: str) -> APIRouter:
    """The dead letters of a service under its own name."""
    routes = Router(prefix=f"/{service}/dead-letters", tags=["Operation"], roles={Role.OPERATOR})

    @routes.get("", name=f"list_{service}_dead_letters")
    async def list_dead_letters(work: Work, paging: Paged) -> Page[DeadLetterOut]:
        """Events that this service could not handle, newest first."""
        found = await page(work, select(DeadLetter), paging, DeadLetter.at, DeadLetter.id)
        return found.shown(DeadLetterOut)

    @routes.post(
        "/{letter_id}/replay", name=f"replay_{service}_dead_letter", responses=problems(NotFound, ReplayFailed)
    )
    async def replay_dead_letter(letter_id: UUID, work: Work, request: Request) -> DeadLetterOut:
        """Handle the event again, out of its turn. Fails as it failed before if its cause is still there."""
        letter = await work.one(select(DeadLetter).where(DeadLetter.id == letter_id))
        try:
            await request.app.state.runtime.consumers[letter.consumer].handle(letter.body.encode(), replay=True)
        except Unavailable:
            raise
        except Exception as error:
            log.warning("replay failed", letter=str(letter.id), exc_info=error)
            raise ReplayFailed(extensions={"error": type(error).__qualname__}) from error
        letter.replayed_at = work.clock.now()
        return DeadLetterOut.of(letter)

    return routes
