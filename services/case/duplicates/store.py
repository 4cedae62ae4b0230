"""Every query on likely duplicates. Comparing sees everybody's record, and gives out ids and codes only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from services.case.base import Base
from services.case.clients.models import Client, Contact, Identity
from services.case.duplicates.models import DuplicatePair, DuplicateScan, DuplicateSide
from services.case.duplicates.problems import DuplicateNotFound, ScanNotFound
from services.case.duplicates.rules import PairState, Phase
from services.case.identifiers.models import Identifier
from services.case.identifiers.rules import IdentifierKind, Known, compared
from services.case.identifiers.store import among
from services.case.matching.rules import FullName, Portrait, contact_keys, other_writings, sought_keys
from services.case.matching.store import matching
from services.case.names.store import name
from services.case.versions.models import Section
from services.case.versions.rules import Standing
from shared.access.categories import Category
from shared.access.visibility import closed_to, unmerged
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest, page
from shared.ids import new_id

MOST_READ = 5_000
"""Rows that may be read for one person's keys."""

MOST_COMPARED = 500
"""Records that are compared with one."""

SIDES = Base.metadata.tables[DuplicateSide.__tablename__]
"""Sides are made and moved by Sidus itself, for records of every agency: nobody has read or changed these by that."""


@dataclass(slots=True)
class Facts:
    """What a record says of identity and contact, whoever may see it."""

    owner_agency: str = ""
    identity: Mapping[str, Any] = field(default_factory=dict)
    contact: Mapping[str, Any] = field(default_factory=dict)
    former: list[FullName] = field(default_factory=list)
    known: set[Known] = field(default_factory=set)
    former_codes: set[str] = field(default_factory=set)

    def portrait(self) -> Portrait:
        """The record as it is compared."""
        said, reached = self.identity, self.contact
        return Portrait(
            name=FullName(name(said["first_name"]), name(said["last_name"])),
            former=tuple(self.former),
            born=said["date_of_birth"],
            document=said["document_number"],
            known=frozenset(self.known),
            former_codes=frozenset(self.former_codes),
            phone=reached.get("phone"),
            email=reached.get("email"),
        )


async def facts(
    work: UnitOfWork, clients: Collection[UUID], merged: Mapping[UUID, UUID] = MappingProxyType({})
) -> dict[UUID, Facts]:
    """What the records say that were not merged into others; names on `merged` are former ones of their survivors.

    Indexes: client_identity_of_client, uq_client_contact_current, ix_client_identifier_client_id.
    """
    found: dict[UUID, Facts] = {client_id: Facts() for client_id in clients}
    names = _versions(Identity, [*clients, *merged], Standing.CURRENT, Standing.FORMER)
    for row in await work.check(names.where(or_(unmerged(Identity.client_id), Identity.client_id.in_(merged)))):
        facts, said = found[merged.get(row.client_id, row.client_id)], row._asdict()
        if row.standing == Standing.CURRENT and row.client_id not in merged:
            facts.identity, facts.owner_agency = said, row.owner_agency
        else:
            facts.former.append(FullName(name(row.first_name), name(row.last_name)))
    for row in await work.check(_versions(Contact, clients, Standing.CURRENT).where(unmerged(Contact.client_id))):
        found[row.client_id].contact = row._asdict()
    columns = (Identifier.client_id, Identifier.kind, Identifier.country, Identifier.value, Identifier.ended_at)
    for client_id, kind, country, value, ended in await work.check(
        select(*columns).where(Identifier.client_id.in_(clients), Identifier.leads_to_client)
    ):
        if ended is None:
            found[client_id].known.add(Known(IdentifierKind(kind), country, value))
        else:
            found[client_id].former_codes.add(compared(value))
    return {client_id: facts for client_id, facts in found.items() if facts.identity}


async def candidates(work: UnitOfWork, portrait: Portrait) -> set[UUID]:
    """Clients who have anything in common with a person by which people are found.

    Indexes: client_by_identity_keys, client_by_contact_keys, uq_client_identifier.
    """
    keys = sought_keys(portrait.name, portrait.born, portrait.document)
    found = list(await work.check(_sharing(Identity, keys, Identity.standing.in_((Standing.CURRENT, Standing.FORMER)))))
    if reached := contact_keys(portrait.phone, portrait.email):
        found += await work.check(_sharing(Contact, reached, Contact.standing == Standing.CURRENT))
    if codes := other_writings(portrait.known):
        found += await work.check(select(Identifier.client_id).where(among(codes)).limit(MOST_COMPARED))
    return {row.client_id for row in found}


async def pairs_of(work: UnitOfWork, client_id: UUID) -> dict[UUID, DuplicatePair]:
    """Every pair of a client, by the other one. Indexes: uq_duplicate_pair, duplicate_pair_of_second."""
    first = select(DuplicatePair).where(DuplicatePair.first_id == client_id).limit(MOST_COMPARED)
    second = select(DuplicatePair).where(DuplicatePair.second_id == client_id).limit(MOST_COMPARED)
    return {pair.second_id: pair for pair in await work.all(first)} | {
        pair.first_id: pair for pair in await work.all(second)
    }


async def add(work: UnitOfWork, pairs: Sequence[Mapping[str, Any]], owners: Mapping[UUID, str]) -> int:
    """Enter new pairs with their sides; answers how many. One that somebody else has just entered stays theirs."""
    if not pairs:
        return 0
    common = {"id": new_id, "created_at": work.clock.now, "found_at": work.clock.now}
    rows = [dict(pair) | {column: value() for column, value in common.items()} for pair in pairs]
    entered = insert(DuplicatePair).values(rows).on_conflict_do_nothing().returning(DuplicatePair.id)
    ids = {row.id for row in await work.execute(entered)}
    sides = [side for row in rows if row["id"] in ids for side in _sides(row, owners)]
    if sides:
        await work.execute(insert(SIDES), sides)
    return len(ids)


async def follow(work: UnitOfWork, pairs: Iterable[DuplicatePair]) -> None:
    """Let the sides of pairs say what the pairs say."""
    said = [{"pair": pair.id, "now_score": pair.score, "now_state": pair.state} for pair in pairs]
    if said:
        moved = update(SIDES).where(SIDES.c.pair_id == bindparam("pair"))
        await work.execute(moved.values(score=bindparam("now_score"), state=bindparam("now_state")), said)


async def queue(work: UnitOfWork, state: PairState, paging: Paging) -> Slice[DuplicateSide]:
    """The agency's pairs in a state, those that most speaks for first. Index: duplicate_side_of_agency."""
    return await page(
        work, _led(work).where(DuplicateSide.state == state), paging, DuplicateSide.score, DuplicateSide.pair_id
    )


async def pairs(work: UnitOfWork, ids: Collection[UUID]) -> dict[UUID, DuplicatePair]:
    """Pairs by their ids."""
    found = await work.all(select(DuplicatePair).where(DuplicatePair.id.in_(ids)))
    return {pair.id: pair for pair in found}


async def pair(work: UnitOfWork, pair_id: UUID) -> DuplicatePair:
    """One pair, of which a record is the agency's."""
    side = await work.one(_led(work).where(DuplicateSide.pair_id == pair_id), DuplicateNotFound)
    return (await pairs(work, [side.pair_id]))[pair_id]


async def visible(work: UnitOfWork, section: type[Section], clients: Collection[UUID]) -> set[UUID]:
    """Those of the clients of whom the actor may see a section; that it was read is logged."""
    current = select(section).where(section.client_id.in_(clients), section.standing == Standing.CURRENT)
    return {version.client_id for version in await work.all(current)}


async def scan(work: UnitOfWork, scan_id: UUID) -> DuplicateScan:
    """One scan."""
    return await work.one(select(DuplicateScan).where(DuplicateScan.id == scan_id), ScanNotFound)


async def scans(work: UnitOfWork, paging: Paging) -> Slice[DuplicateScan]:
    """Scans, newest first. Index: duplicate_scan_newest."""
    return await newest(work, DuplicateScan, paging)


async def scan_under_way(work: UnitOfWork) -> DuplicateScan | None:
    """The scan that is not done, held for who goes on with it; none while another process is at it."""
    unfinished = select(DuplicateScan).where(DuplicateScan.phase != Phase.DONE)
    return await work.first(unfinished.with_for_update(skip_locked=True))


async def is_scanning(work: UnitOfWork) -> bool:
    """Whether a scan is not done. Index: uq_duplicate_scan_under_way."""
    return bool(await work.check(select(DuplicateScan.id).where(DuplicateScan.phase != Phase.DONE)))


async def count(work: UnitOfWork, table: type[Client] | type[Section]) -> int:
    """How many rows a scan has before it."""
    return int((await work.check(select(func.count(table.id))))[0][0])


async def following(
    work: UnitOfWork, table: type[Client] | type[Section], after: UUID | None, limit: int
) -> Sequence[Any]:
    """The next rows of a scan, by their ids: what their keys are made of. Index: the primary key."""
    columns = [getattr(table, field) for field in table.fields()] if issubclass(table, Section) else []
    query = select(table.id, *columns).order_by(table.id).limit(limit)
    return await work.check(query if after is None else query.where(table.id > after))


async def rekey(work: UnitOfWork, table: type[Section], rows: Sequence[Any]) -> None:
    """Make the keys of rows anew. They follow from what the rows say, so nobody's data is read out or changed."""
    columns = Base.metadata.tables[table.__tablename__]
    derived = [{"row": row.id} | table.derived(row._asdict()) for row in rows]
    values = {name: bindparam(name, type_=columns.c[name].type) for name in derived[0] if name != "row"}
    await work.execute(update(columns).where(columns.c.id == bindparam("row")).values(values), derived)


def _versions(section: type[Section], clients: Collection[UUID], *standing: Standing) -> Select[Any]:
    columns = [getattr(section, field) for field in section.fields()]
    said = (section.client_id, section.owner_agency, section.standing)
    return select(*said, *columns).where(section.client_id.in_(clients), section.standing.in_(standing))


def _sharing(
    table: type[Identity] | type[Contact], keys: Sequence[int], *conditions: ColumnElement[bool]
) -> Select[Any]:
    """Clients who share a key that tells something: one that very many share does not."""
    every = select(table.client_id, func.unnest(table.match_keys).label("key"))
    found = every.where(table.match_keys.overlap(keys), *conditions).limit(MOST_READ).cte().prefix_with("MATERIALIZED")
    people = found.c.client_id.distinct()
    telling = (
        select(func.unnest(func.array_agg(people)).label("client_id"))
        .where(found.c.key.in_(keys))
        .group_by(found.c.key)
        .having(func.count(people) <= matching().most_alike)
        .subquery()
    )
    return select(telling.c.client_id).distinct().limit(MOST_COMPARED)


def _led(work: UnitOfWork) -> Select[DuplicateSide]:
    """The sides by which the actor's agency has pairs before it; none of a record that was merged or is closed."""
    now, ids = work.clock.now(), (DuplicatePair.first_id, DuplicatePair.second_id)
    seen = [condition for one in ids for condition in (unmerged(one), not_(closed_to(work.actor, one, now)))]
    query = select(DuplicateSide).join(DuplicatePair, DuplicatePair.id == DuplicateSide.pair_id)
    return query.where(DuplicateSide.owner_agency == work.actor.agency, DuplicateSide.leads, *seen)


def _sides(pair: Mapping[str, Any], owners: Mapping[UUID, str]) -> list[dict[str, Any]]:
    first, second = pair["first_id"], pair["second_id"]
    common = {"pair_id": pair["id"], "category": Category.IDENTITY, "score": pair["score"], "state": pair["state"]}
    leads = {first: True, second: owners[first] != owners[second]}
    return [
        common | {"client_id": client_id, "owner_agency": owners[client_id], "leads": leads[client_id]}
        for client_id in (first, second)
    ]
