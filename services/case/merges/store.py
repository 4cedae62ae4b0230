"""Every query on merges."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import String, exists, func, literal, select, union_all, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from services.case.base import Base
from services.case.cases.models import Case, CasePresence
from services.case.clients.models import Client
from services.case.identifiers.models import Identifier
from services.case.identifiers.rules import NUMBER_BITS, Known
from services.case.merges.models import Merge, MergeReceipt
from services.case.merges.problems import MergeNotFound
from services.case.versions.models import Section
from services.case.versions.rules import Source, Standing
from shared.access.categories import AccessAction, Category, Ground
from shared.access.models import MergeMove, RecordItself, Scoped
from shared.db.work import UnitOfWork
from shared.events.catalog.each_service import MergeApplied
from shared.http.paging import Paging, Slice, newest

CLIENT = Base.metadata.tables[Client.__tablename__]
"""Counted up past the ORM, to which a version is always the one before and one."""

IDENTIFIER = Base.metadata.tables[Identifier.__tablename__]
"""Moved and given past the ORM: a merge does so to records that its officer need not see."""


async def merge(work: UnitOfWork, merge_id: UUID) -> Merge:
    """One merge, for who may see the identity of the survivor."""
    return await work.one(select(Merge).where(Merge.id == merge_id), MergeNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Merge]:
    """The merges by which a record became what it is, newest first. Index: client_merge_of_client."""
    return await newest(work, Merge, paging, Merge.client_id == client_id)


async def record(work: UnitOfWork, client_id: UUID) -> Client | None:
    """A record whose identity the actor may see: nobody says of strangers that they are one person, or two."""
    found = await work.first(select(Client).where(Client.id == client_id))
    return found if found and found.identity else None


async def agencies_at_work(work: UnitOfWork, client_id: UUID) -> frozenset[str]:
    """Agencies that have an open case, as far as the actor may know. Index: case_presence_of_client."""
    query = select(CasePresence).where(CasePresence.client_id == client_id, CasePresence.closed_on.is_(None))
    return frozenset(presence.owner_agency for presence in await work.all(query.limit(100)))


async def latest(work: UnitOfWork, survivors: Collection[UUID]) -> dict[UUID, UUID]:
    """The last merge into each of the records that stands. Index: client_merge_standing."""
    query = (
        select(Merge.survivor_id, Merge.id)
        .ext(distinct_on(Merge.survivor_id))
        .where(Merge.survivor_id.in_(survivors), Merge.undone_at.is_(None))
        .order_by(Merge.survivor_id, Merge.created_at.desc(), Merge.id.desc())
    )
    return dict(await work.check(query))


@dataclass(frozen=True, slots=True)
class Hanging:
    """How many rows of a table name each of two clients."""

    kind: str
    survivor: int
    merged: int


async def hanging(work: UnitOfWork, survivor_id: UUID, merged_id: UUID) -> list[Hanging]:
    """What hangs on two records, as far as the actor may see it. Indexes: those by client_id."""
    counts = [
        select(
            literal(name, String).label("kind"),
            func.count().filter(table.client_id == survivor_id).label("survivor"),
            func.count().filter(table.client_id == merged_id).label("merged"),
        ).where(table.client_id.in_([survivor_id, merged_id]))
        for name, table in sorted(_what_hangs().items())
    ]
    rows = await work.execute(select(union_all(*counts).subquery()))
    return [Hanging(*row) for row in rows if row.survivor or row.merged]


def _what_hangs() -> dict[str, Any]:
    tables: dict[str, Any] = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    return {
        name: table
        for name, table in tables.items()
        if issubclass(table, Scoped) and not issubclass(table, RecordItself)
    }


async def cases_brought(work: UnitOfWork, merge_id: UUID) -> list[UUID]:
    """The cases that a merge brought. Index: pk_merge_move."""
    brought = select(MergeMove.key[0].astext).where(
        MergeMove.merge_id == merge_id, MergeMove.table_name == Case.__tablename__
    )
    return [UUID(key) for (key,) in await work.check(brought)]


async def bring_back_successors(work: UnitOfWork, merge: Merge) -> int:
    """Let what has since taken the place of a code or number that returned return too; answers how many did.

    Indexes: pk_client_identifier, ix_client_identifier_client_id.
    """
    successor, known = IDENTIFIER.c.replaced_by, IDENTIFIER.c.client_id
    first = select(successor.label("id")).where(known == merge.merged_id, successor.is_not(None))
    following = first.cte("following", recursive=True)
    further = select(successor).join(following, IDENTIFIER.c.id == following.c.id).where(successor.is_not(None))
    following = following.union(further)
    since = IDENTIFIER.c.id.in_(select(following.c.id)), known == merge.survivor_id
    moving = update(IDENTIFIER).where(*since).values(client_id=merge.merged_id)
    owners = (await work.execute(moving.returning(IDENTIFIER.c.owner_agency))).scalars().all()
    for owner in owners:
        work.ledger.touched(merge.merged_id, AccessAction.UNMERGE, Category.IDENTITY, owner, Ground.SERVICE)
    return len(owners)


async def give_numbers(work: UnitOfWork, clients: Collection[UUID], source: Source) -> None:
    """Give a number to those of the clients who are known by nothing any more.

    Indexes: pk_client, ix_client_identifier_client_id.
    """
    live = exists().where(Identifier.client_id == Client.id, Identifier.ended_at.is_(None))
    query = select(Client.id, Client.owner_agency).where(Client.id.in_(clients), ~live)
    for client_id, owner in await work.check(query):
        number = Known.by_number(secrets.randbits(NUMBER_BITS))
        columns = Identifier.of(number, source, client_id=client_id, owner_agency=owner)
        await work.execute(insert(IDENTIFIER).values(columns))
        work.ledger.touched(client_id, AccessAction.CREATE, Category.IDENTITY, owner, Ground.SERVICE)


async def version(work: UnitOfWork, table: type[Section], version_id: UUID) -> Section | None:
    """A version of a section, if it is still there and the actor may see it."""
    return await work.first(select(table).where(table.id == version_id))


async def before(work: UnitOfWork, version: Section) -> Section:
    """The version in whose place another one came. Index: {section}_of_client."""
    table = type(version)
    query = select(table).where(
        table.client_id == version.client_id, table.id < version.id, table.standing == Standing.FORMER
    )
    return await work.one(query.order_by(table.id.desc()))


async def remove(work: UnitOfWork, version: Section) -> None:
    """Take a version of a section away."""
    await work.session.delete(version)


async def count_up(work: UnitOfWork, ids: Collection[UUID], *, beyond: Collection[UUID]) -> None:
    """Give records a version that none of several has had, so that no ETag comes back."""
    highest = select(func.max(CLIENT.c.version) + 1).where(CLIENT.c.id.in_(beyond)).scalar_subquery()
    await work.execute(update(CLIENT).where(CLIENT.c.id.in_(ids)).values(version=highest))


async def receipts(work: UnitOfWork, merge_ids: Collection[UUID]) -> Sequence[MergeReceipt]:
    """What services said of merges. Index: pk_merge_receipt."""
    return await work.all(select(MergeReceipt).where(MergeReceipt.merge_id.in_(merge_ids)))


async def receive(work: UnitOfWork, service: str, applied: MergeApplied) -> None:
    """Note what a service did about a merge."""
    row = applied.model_dump(exclude={"client_id"}) | {"service": service}
    await work.execute(insert(MergeReceipt).values(row).on_conflict_do_nothing())
