"""Use cases of relations and earlier assessments: one unit of work each."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from services.case.clients import service as clients
from services.case.clients.models import CATEGORY_OF, Client
from services.case.clients.problems import ChangeRefused
from services.case.clients.rules import Hold, change_unmet
from services.case.parts import rules, store
from services.case.parts.models import EarlierAssessment, Relation
from services.case.parts.problems import PartNotFound
from services.case.parts.rules import PartEnd
from services.case.parts.schemas import (
    EarlierAssessmentFacts,
    EarlierAssessmentListed,
    InverseRelation,
    RelationFacts,
    RelationListed,
)
from services.case.versions.models import Part
from shared.db.work import UnitOfWork
from shared.http.days import refuse_days_to_come
from shared.http.paging import Page, Paging

Facts = RelationFacts | EarlierAssessmentFacts
P = TypeVar("P", bound=Part)


async def add(work: UnitOfWork, client: Client, table: type[Part], facts: Facts) -> Client:
    """Put something on the record; it belongs to the agency that adds it."""
    refuse_days_to_come(facts, work.clock)
    hold = await clients.hold_on(work, client)
    if unmet := rules.addition_unmet(hold, sum(isinstance(part, table) for part in client.parts)):
        raise ChangeRefused(unmet)
    await _refuse_strangers(work, client, facts)
    scope = {"owner_agency": work.actor.agency, "client_id": client.id}
    part = table(**table.first(facts.model_dump(), clients.source_of(work), **scope))
    await clients.revise(work, client, [part])
    return client


async def replace(work: UnitOfWork, client: Client, table: type[Part], given: Sequence[Facts]) -> None:
    """Let what the agency has put on the record be this: what is not among it ends, what is new is added."""
    wanted = [(facts.model_dump(), facts) for facts in given]
    for part in [one for one in client.parts if isinstance(one, table) and one.owner_agency == work.actor.agency]:
        same = next((one for one in wanted if one[0] == part.values), None)
        if same:
            wanted.remove(same)
        else:
            await end(work, client, part, PartEnd.OVER)
    for _, facts in wanted:
        await add(work, client, table, facts)


async def correct(work: UnitOfWork, client: Client, part: Part, facts: Facts) -> Client:
    """Let something on the record say otherwise; what it said stays as its history."""
    _refuse_unless_own(work, part)
    refuse_days_to_come(facts, work.clock)
    await _refuse_strangers(work, client, facts)
    following = part.revised(facts.model_dump(), clients.source_of(work))
    await clients.revise(work, client, [following] if following else [])
    return client


async def end(work: UnitOfWork, client: Client, part: Part, reason: PartEnd) -> Client:
    """Take something off the record, as it is over or was never true; it stays as history."""
    _refuse_unless_own(work, part)
    part.end(reason, clients.source_of(work))
    client.hide(part)
    await clients.tell_change(work, client, [f"{part.piece}.ended"])
    return client


async def relations(work: UnitOfWork, client: Client, paging: Paging) -> Page[RelationListed]:
    """The relations that are or were on the record."""
    found = await store.of_client(work, Relation, client.id, paging)
    await clients.refuse_if_withheld(work, client, found, "relations")
    names = await clients.names_of(work, clients.related(found.rows))
    return Page(items=[RelationListed.of(row, names) for row in found.rows], next=found.next)


async def earlier_assessments(work: UnitOfWork, client: Client, paging: Paging) -> Page[EarlierAssessmentListed]:
    """The earlier assessments that are or were on the record."""
    found = await store.of_client(work, EarlierAssessment, client.id, paging)
    await clients.refuse_if_withheld(work, client, found, "earlier_assessments")
    return found.shown(EarlierAssessmentListed)


async def inverse_relations(work: UnitOfWork, client: Client, paging: Paging) -> Page[InverseRelation]:
    """The relations on other records that name the client."""
    found = await store.naming(work, client.id, paging)
    names = await clients.names_of(work, {row.client_id for row in found.rows})
    return Page(items=[InverseRelation.of(row, names) for row in found.rows], next=found.next)


def part_of(client: Client, table: type[P], part_id: UUID) -> P:
    """What stands on the record under an id."""
    for part in client.parts:
        if isinstance(part, table) and part.part_id == part_id:
            return part
    raise PartNotFound


def _refuse_unless_own(work: UnitOfWork, part: Part) -> None:
    """Whoever added something changes it; to others it is for reading only."""
    hold = Hold(own=part.owner_agency == work.actor.agency)
    if unmet := change_unmet({f"/{part.piece}": CATEGORY_OF[part.piece]}, hold):
        raise ChangeRefused(unmet)


async def _refuse_strangers(work: UnitOfWork, client: Client, facts: Facts) -> None:
    if isinstance(facts, RelationFacts):
        await clients.refuse_strangers(work, client.id, {"/related_client_id": facts.related_client_id})
