"""Use cases of households: one unit of work each."""

from datetime import date
from uuid import UUID

from services.case.clients import service as clients
from services.case.clients import store as records
from services.case.households import rules, store
from services.case.households.models import Household, HouseholdMember
from services.case.households.problems import HouseholdNotFound, HouseholdRefused
from services.case.households.schemas import Departure, HouseholdForm, MemberForm, Seen
from shared.access.categories import Category
from shared.db.work import UnitOfWork
from shared.ids import new_id


async def found(work: UnitOfWork, form: HouseholdForm) -> Household:
    """Note that clients live together."""
    household = Household(id=new_id())
    work.add(household)
    await work.flush()
    survivors = await work.aliases.survivors([member.client_id for member in form.members])
    members = [(survivors[member.client_id], member.since) for member in form.members]
    for client_id, since in sorted(members):  # so that two never wait for each other
        await _join(work, household, client_id, since)
    return household


async def join(work: UnitOfWork, household: Household, form: MemberForm) -> Household:
    """Note that another client lives in a household."""
    work.expect(household)
    await _join(work, household, await work.aliases.survivor(form.client_id), form.since)
    household.touch()
    return household


async def leave(work: UnitOfWork, household: Household, member: HouseholdMember, departure: Departure) -> Household:
    """Note that a client no longer lives in a household."""
    work.expect(household)
    own, has_left = member.owner_agency == work.actor.agency, member.until is not None
    today = work.clock.today()
    if unmet := rules.leaving_unmet(member.since, departure.until, today, own=own, has_left=has_left):
        raise HouseholdRefused(unmet)
    member.until = departure.until
    household.touch()
    return household


async def of_client(work: UnitOfWork, client_id: UUID) -> Household:
    """The household in which a client lives now."""
    household_id = await store.household_now(work, client_id)
    if household_id is None:
        raise HouseholdNotFound
    return await store.household(work, household_id)


async def seen(work: UnitOfWork, household: Household) -> Seen:
    """What the actor may see of a household: those members alone whose identity it may see, the others as a number."""
    members = await store.members(work, household.id)
    names = await clients.full_names(work, {member.client_id for member in members})
    shown = [member for member in members if member.client_id in names]
    if not shown:
        raise HouseholdNotFound
    living = sum(member.until is None for member in shown)
    return Seen(
        household,
        [(member, names[member.client_id]) for member in shown],
        await store.number_of_members(work, household.id) - living,
        await store.named(work, names),
    )


def member_of(seen: Seen, member_id: UUID) -> HouseholdMember:
    """A member whom the actor may see."""
    for member, _ in seen.members:
        if member.id == member_id:
            return member
    raise HouseholdNotFound


async def _join(work: UnitOfWork, household: Household, client_id: UUID, since: date) -> None:
    client = await records.client_to_change(work, client_id)
    lives_in_one = await store.household_now(work, client.id) is not None
    hold = await clients.hold_on(work, client)
    if unmet := rules.joining_unmet(hold, since, work.clock.today(), lives_in_one=lives_in_one):
        raise HouseholdRefused(unmet)
    scope = {"owner_agency": work.actor.agency, "client_id": client.id, "category": Category.SOCIAL}
    source = clients.source_of(work).told()
    work.add(HouseholdMember(household_id=household.id, since=since, source=source, **scope))
    await work.flush()
