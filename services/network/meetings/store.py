"""Every query on network meetings."""

from uuid import UUID

from sqlalchemy import func, select

from services.network.meetings.models import Decision, Meeting
from services.network.meetings.problems import DecisionNotFound, MeetingNotFound
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page


async def meeting(work: UnitOfWork, meeting_id: UUID) -> Meeting:
    """One meeting, if the actor may see it."""
    return await work.one(select(Meeting).where(Meeting.id == meeting_id), MeetingNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Meeting]:
    """Meetings about a client, the latest planned first. Index: meeting_of_client."""
    query = select(Meeting).where(Meeting.client_id == client_id)
    return await page(work, query, paging, Meeting.planned_on, Meeting.id)


async def next_number(work: UnitOfWork, case_id: UUID) -> int:
    """The number of the next minutes of a case, from 1; other minutes of the case wait for this unit of work.

    Index: uq_meeting_case_id_number.
    """
    await work.serialise_on(f"minutes:{case_id}")
    rows = await work.check(select(func.max(Meeting.number)).where(Meeting.case_id == case_id))
    return (rows[0][0] or 0) + 1


async def decision(work: UnitOfWork, decision_id: UUID) -> Decision:
    """One decision, for a service that acts on it."""
    return await work.one(select(Decision).where(Decision.id == decision_id), DecisionNotFound)
