"""HTTP: call a network meeting, record its minutes, read meetings; a decision for the service that acts on it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from services.network.meetings import service, store
from services.network.meetings.models import Meeting
from services.network.meetings.problems import DecisionNotFound, MeetingNotFound, MeetingRefused
from services.network.meetings.schemas import AssignedDecision, MeetingIn, MeetingOut, MinutesIn
from shared.actor import Role
from shared.http.clients import AskedClient
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, NoGround, StaleVersion, problems
from shared.http.routing import OFFICERS, Router, Work

TAGS = ["Network meetings"]

router = Router(prefix="/meetings", tags=TAGS)
for_the_person_too = Router(prefix="/meetings", tags=TAGS, roles=OFFICERS | {Role.PERSON})
internal = Router(prefix="/internal/decisions", tags=["Internal"], roles={Role.SERVICE})


async def meeting_in_path(meeting_id: Annotated[UUID, Path(description="The meeting's id.")], work: Work) -> Meeting:
    """The meeting of the path, under the actor's rights."""
    return await store.meeting(work, meeting_id)


MeetingInPath = Annotated[Meeting, Depends(meeting_in_path)]


@router.post("", status_code=201, responses=problems(MeetingRefused, Invalid))
async def call_meeting(planned: MeetingIn, work: Work) -> MeetingOut:
    """Call a network meeting with its agenda (form D1). The person themself is invited first by default."""
    return await work.answer(MeetingOut, await service.call(work, planned))


@for_the_person_too.get("", responses=problems(NoGround, Invalid))
async def list_meetings(client_id: AskedClient, work: Work, paging: Paged) -> Page[MeetingOut]:
    """Meetings about a client that the actor may see, the latest planned first."""
    return (await service.of_client(work, client_id, paging)).shown(MeetingOut)


@for_the_person_too.get("/{meeting_id}", responses=problems(MeetingNotFound))
async def read_meeting(meeting: MeetingInPath, work: Work) -> MeetingOut:
    """One network meeting with its minutes."""
    return await work.answer(MeetingOut, meeting)


@router.post(
    "/{meeting_id}/minutes",
    responses=problems(MeetingNotFound, MeetingRefused, StaleVersion, Invalid),
)
async def record_minutes(meeting: MeetingInPath, minutes: MinutesIn, work: Work) -> MeetingOut:
    """Record the minutes (form D3). Each decision becomes a task on the case of the agency responsible."""
    return await work.answer(MeetingOut, await service.record(work, meeting, minutes))


@internal.get("/{decision_id}", responses=problems(DecisionNotFound))
async def read_decision(
    decision_id: Annotated[UUID, Path(description="From the event.")], work: Work
) -> AssignedDecision:
    """A decision's text and who is responsible, for the service that turns it into a task."""
    return AssignedDecision.model_validate(await store.decision(work, decision_id))
