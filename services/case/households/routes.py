"""HTTP: who lives together."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from services.case.clients.problems import ClientNotFound
from services.case.clients.routes import ClientInPath
from services.case.households import service, store
from services.case.households.models import Household, HouseholdMember
from services.case.households.problems import HouseholdNotFound, HouseholdRefused
from services.case.households.schemas import Departure, HouseholdForm, HouseholdOut, MemberForm, Seen
from shared.http.problems import Invalid, StaleVersion, problems
from shared.http.routing import API, Router, Work

router = Router(tags=["The client record"])

CHANGED = problems(HouseholdNotFound, ClientNotFound, HouseholdRefused, StaleVersion, Invalid)


async def household_in_path(household_id: Annotated[UUID, Path()], work: Work) -> Seen:
    """The household of the path, if the actor may see who lives in it."""
    return await service.seen(work, await store.household(work, household_id))


HouseholdInPath = Annotated[Seen, Depends(household_in_path)]


async def member_in_path(household: HouseholdInPath, member_id: Annotated[UUID, Path()]) -> HouseholdMember:
    """The member of the path, whom the actor may see."""
    return service.member_of(household, member_id)


MemberInPath = Annotated[HouseholdMember, Depends(member_in_path)]


@router.post("/households", status_code=201, responses=problems(ClientNotFound, HouseholdRefused, Invalid))
async def found_household(form: HouseholdForm, work: Work) -> HouseholdOut:
    """Note that clients live together. Each lives in one household at a time."""
    return await _answered(work, await service.found(work, form))


@router.get("/households/{household_id}", responses=problems(HouseholdNotFound))
async def read_household(household: HouseholdInPath, work: Work) -> HouseholdOut:
    """Who lives and lived together: those whose identity the agency may see, and the number of the others."""
    return await work.answer(HouseholdOut, household.household, of=household)


@router.post("/households/{household_id}/members", responses=CHANGED)
async def join_household(household: HouseholdInPath, form: MemberForm, work: Work) -> HouseholdOut:
    """Note that another client lives in the household."""
    return await _answered(work, await service.join(work, household.household, form))


@router.post("/households/{household_id}/members/{member_id}/departure", responses=CHANGED)
async def leave_household(
    household: HouseholdInPath, member: MemberInPath, departure: Departure, work: Work
) -> HouseholdOut:
    """Note until when a client lived in the household; the agency that recorded the member does."""
    return await _answered(work, await service.leave(work, household.household, member, departure))


@router.get("/clients/{client_id}/household", responses=problems(ClientNotFound, HouseholdNotFound))
async def read_household_of_client(client: ClientInPath, work: Work) -> HouseholdOut:
    """The household in which the client lives now."""
    return await _answered(work, await service.of_client(work, client.id))


async def _answered(work: Work, household: Household) -> HouseholdOut:
    return await work.answer(HouseholdOut, household, of=await service.seen(work, household), at=f"{API}/households")
