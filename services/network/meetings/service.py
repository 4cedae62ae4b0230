"""Use cases of network meetings: one unit of work each."""

from uuid import UUID

from services.network.meetings import rules, store
from services.network.meetings.models import Decision, Meeting
from services.network.meetings.problems import MeetingRefused
from services.network.meetings.schemas import DecisionFacts, MeetingIn, MinutesIn
from shared.access.categories import Category
from shared.access.grounds import refuse_if_shut_out
from shared.db.work import UnitOfWork
from shared.events.catalog.network import MeetingDecisionMade
from shared.http.paging import Paging, Slice
from shared.ids import new_id


async def call(work: UnitOfWork, planned: MeetingIn) -> Meeting:
    """Call a meeting with the agenda of form D1."""
    if unmet := rules.agenda_unmet(planned.to_agenda()):
        raise MeetingRefused(unmet)
    meeting = Meeting(
        id=new_id(),
        owner_agency=work.actor.agency,
        category=Category.NETWORK,
        **planned.model_dump(exclude={"agenda", "invited", "invite_client"}),
        agenda=[item.model_dump(mode="json") for item in planned.agenda],
        invited=[attendee.model_dump(mode="json") for attendee in planned.everybody()],
        decisions=[],
    )
    work.add(meeting)
    return meeting


async def record(work: UnitOfWork, meeting: Meeting, minutes: MinutesIn) -> Meeting:
    """Record the minutes of form D3 and tell each decision to whoever turns it into a task."""
    work.expect(meeting)
    is_minuted = meeting.minutes is not None
    if unmet := rules.minutes_unmet(minutes.to_minutes(), is_minuted=is_minuted, today=work.clock.today()):
        raise MeetingRefused(unmet)
    meeting.number = await store.next_number(work, meeting.case_id)
    meeting.minutes = minutes.model_dump(mode="json", exclude={"decisions"})
    for position, facts in enumerate(minutes.decisions, start=1):
        decision = _decision(meeting, facts, position)
        meeting.decisions.append(decision)
        work.add(decision)
        work.announce(_told(meeting, decision), of=meeting)
    return meeting


def _decision(meeting: Meeting, facts: DecisionFacts, position: int) -> Decision:
    return Decision(
        id=new_id(),
        owner_agency=meeting.owner_agency,
        client_id=meeting.client_id,
        category=meeting.category,
        position=position,
        **facts.model_dump(),
    )


def _told(meeting: Meeting, decision: Decision) -> MeetingDecisionMade:
    return MeetingDecisionMade(
        client_id=meeting.client_id,
        case_id=meeting.case_id,
        meeting_id=meeting.id,
        decision_id=decision.id,
        convening_agency=meeting.owner_agency,
        responsible_agency=decision.responsible_agency,
        responsible_officer=decision.responsible_officer,
        due_on=decision.due_on,
    )


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Meeting]:
    """A client's meetings; an agency that has none and is let into none is told what would let it in."""
    found = await store.of_client(work, client_id, paging)
    await refuse_if_shut_out(work, found, client_id, Category.NETWORK)
    return found
