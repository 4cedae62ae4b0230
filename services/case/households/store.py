"""Every query on households."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from services.case.households.models import Household, HouseholdMember
from services.case.households.problems import HouseholdNotFound
from services.case.parts.models import Relation
from services.case.parts.rules import RelationKind
from services.case.versions.rules import Standing
from shared.db.work import UnitOfWork

MOST_MEMBERS = 100


async def household(work: UnitOfWork, household_id: UUID) -> Household:
    """A household, of which the row itself tells nothing. Index: pk_household."""
    return await work.one(select(Household).where(Household.id == household_id), HouseholdNotFound)


async def members(work: UnitOfWork, household_id: UUID) -> Sequence[HouseholdMember]:
    """Who lives and lived in it, as far as the actor may see. Index: household_member_of_household."""
    query = select(HouseholdMember).where(HouseholdMember.household_id == household_id)
    return await work.all(query.order_by(HouseholdMember.id).limit(MOST_MEMBERS))


async def number_of_members(work: UnitOfWork, household_id: UUID) -> int:
    """How many live in it now, whoever may see them. Index: household_member_of_household."""
    living = select(func.count(HouseholdMember.id)).where(
        HouseholdMember.household_id == household_id, HouseholdMember.until.is_(None)
    )
    count: int = (await work.check(living))[0][0]
    return count


async def household_now(work: UnitOfWork, client_id: UUID) -> UUID | None:
    """In which household a client lives now, whoever may see it. Index: household_member_of_client."""
    query = select(HouseholdMember.household_id).where(
        HouseholdMember.client_id == client_id, HouseholdMember.until.is_(None)
    )
    rows = await work.check(query.order_by(HouseholdMember.merge_id.nulls_first()).limit(1))
    return rows[0].household_id if rows else None


async def living_with(work: UnitOfWork, client_id: UUID) -> Sequence[HouseholdMember]:
    """With which other clients a client lives now, as far as the actor may see.

    Index: household_member_of_client, household_member_of_household.
    """
    own = aliased(HouseholdMember)
    query = (
        select(HouseholdMember)
        .join(own, own.household_id == HouseholdMember.household_id)
        .where(own.client_id == client_id, own.until.is_(None))
        .where(HouseholdMember.client_id != client_id, HouseholdMember.until.is_(None))
    )
    return await work.all(query.order_by(HouseholdMember.id).limit(MOST_MEMBERS))


async def named(work: UnitOfWork, clients: Collection[UUID]) -> Sequence[Relation]:
    """Family living with clients that are no clients themselves. Index: client_relation_of_client."""
    family = select(Relation).where(
        Relation.client_id.in_(clients),
        Relation.standing == Standing.CURRENT,
        Relation.kind == RelationKind.COHABITING_FAMILY,
        Relation.name.is_not(None),
    )
    return await work.all(family.order_by(Relation.id).limit(MOST_MEMBERS))
