"""Queries about triggers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from services.feedback.invitations.models import Invitation, State
from services.feedback.surveys.rules import SurveyKind
from services.feedback.triggers.models import Trigger
from services.feedback.triggers.rules import Approach
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page


async def approaches_to(work: UnitOfWork, client_id: UUID) -> Sequence[Approach]:
    """When the person was or will be asked, by any agency; for deciding only. Index: invitation_of_client."""
    query = select(Invitation.kind, func.coalesce(Invitation.sent_at, Invitation.due_at)).where(
        Invitation.client_id == client_id, Invitation.state != State.DROPPED
    )
    return [Approach(SurveyKind(kind), at) for kind, at in await work.check(query)]


async def contact_is_known(work: UnitOfWork, contact_id: UUID) -> bool:
    """Whether this contact has been decided on. Index: uq_survey_trigger_contact_id."""
    return bool(await work.check(select(Trigger.id).where(Trigger.contact_id == contact_id)))


async def one(work: UnitOfWork, trigger_id: UUID) -> Trigger:
    """The trigger, or that there is none for this actor."""
    return await work.one(select(Trigger).where(Trigger.id == trigger_id))


async def some(work: UnitOfWork, paging: Paging, client_id: UUID | None, case_id: UUID | None) -> Slice[Trigger]:
    """Triggers of a client or a case, newest first. Indexes: survey_trigger_of_client, survey_trigger_of_case."""
    query = select(Trigger)
    if client_id is not None:
        query = query.where(Trigger.client_id == client_id)
    if case_id is not None:
        query = query.where(Trigger.case_id == case_id)
    return await page(work, query, paging, Trigger.created_at, Trigger.id)
