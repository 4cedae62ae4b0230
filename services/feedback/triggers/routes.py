"""HTTP: what was decided about service contacts, and what would be."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.feedback.triggers import service, store
from services.feedback.triggers.schemas import SimulationIn, SimulationOut, TriggerOut
from shared.http.clients import PerhapsClient
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, InvalidField, NotFound, problems
from shared.http.routing import InLanguage, Router, Work

router = Router(prefix="/triggers", tags=["Feedback"])


@router.get("", responses=problems(Invalid))
async def list_triggers(
    work: Work,
    paging: Paged,
    language: InLanguage,
    client_id: PerhapsClient,
    case_id: Annotated[UUID | None, Query(description="Contacts on this case.")] = None,
) -> Page[TriggerOut]:
    """Service contacts of a client or a case and the decisions about each, newest first; name at least one."""
    if client_id is None and case_id is None:
        raise Invalid(errors=[InvalidField(pointer="/query", code="missing", detail="Name client_id or case_id.")])
    found = await store.some(work, paging, client_id, case_id)
    return Page(items=[TriggerOut.spoken(row, language) for row in found.rows], next=found.next)


@router.get("/{trigger_id}", responses=problems(NotFound))
async def read_trigger(trigger_id: UUID, work: Work, language: InLanguage) -> TriggerOut:
    """One service contact and the decisions about it."""
    return TriggerOut.spoken(await store.one(work, trigger_id), language)


@router.post("/simulation", responses=problems(Invalid))
async def simulate_trigger(contact: SimulationIn, work: Work, language: InLanguage) -> SimulationOut:
    """What would be decided now about an imagined contact; about no real person, and nothing is kept."""
    survey, decision = service.simulate(work, contact)
    return SimulationOut.of(survey.code if survey else None, decision, language)
