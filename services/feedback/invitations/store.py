"""Queries about invitations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.feedback.invitations.models import Invitation, State
from shared.db.work import UnitOfWork


async def next_due(work: UnitOfWork, now: datetime) -> Invitation | None:
    """The invitation that has been due longest and that nobody else is sending, held until the work ends.

    Index: invitation_due.
    """
    query = (
        select(Invitation)
        .where(Invitation.state == State.PLANNED, Invitation.next_attempt_at <= now)
        .order_by(Invitation.next_attempt_at)
        .with_for_update(skip_locked=True)
    )
    return await work.first(query)


async def one(work: UnitOfWork, invitation_id: UUID) -> Invitation:
    """The invitation, or that there is none for this actor."""
    return await work.one(select(Invitation).where(Invitation.id == invitation_id))


async def find(work: UnitOfWork, invitation_id: UUID) -> Invitation | None:
    """The invitation of a link, if there is one."""
    return await work.first(select(Invitation).where(Invitation.id == invitation_id))


async def find_to_answer(work: UnitOfWork, invitation_id: UUID) -> Invitation | None:
    """The same, held until the work ends: of two answers at once, the second waits and finds it answered."""
    return await work.first(select(Invitation).where(Invitation.id == invitation_id).with_for_update())
