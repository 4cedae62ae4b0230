"""Every query on likely duplicates. Comparing sees everybody's record, and gives out ids and codes only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Select,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal,
    not_,
    null,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import array, insert

from services.case.base import Base
from services.case.clients.models import Client, Contact, Identity
from services.case.duplicates.models import DuplicatePair, DuplicateScan, DuplicateSide
from services.case.duplicates.problems import DuplicateNotFound, ScanNotFound
from services.case.duplicates.rules import Find, Looking, PairState, Phase, Seeker, Two
from services.case.identifiers.models import Identifier
from services.case.identifiers.rules import IdentifierKind, Known, compared
from services.case.matching.rules import (
    FullName,
    Portrait,
    contact_keys,
    identity_keys,
    name_keys,
    other_writings,
    swapped_keys,
)
from services.case.matching.store import matching
from services.case.names.store import name
from services.case.versions.models import Section
from services.case.versions.rules import EVER_IN_FORCE, Standing
from shared.access.aliases import merged_into
from shared.access.categories import Category
from shared.access.visibility import closed_to, unmerged
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest, page
from shared.ids import new_id

MOST_READ = 1_000
"""Versions that are read for one key: so many are of more people than a key may have to tell something."""

PAIRS = Base.metadata.tables[DuplicatePair.__tablename__]
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
    work: UnitOfWork, clients: Collection[UUID], fields: Collection[str] | None = None
) -> dict[UUID, Facts]:
    """What the records say that were not merged into others: in these fields, or in all.

    Names on records that were merged into them are former ones of theirs.

    Indexes: client_identity_of_client, uq_client_contact_current, ix_client_identifier_client_id.
    """
    survivors = await work.aliases.survivors(clients)
    found = {client_id: Facts() for client_id, survivor_id in survivors.items() if client_id == survivor_id}
    merged = await merged_into(work.session, found)
    for row in await work.check(_versions(Identity, [*found, *merged], fields, *EVER_IN_FORCE)):
        client_id = merged.get(row.client_id, row.client_id)
        if row.standing == Standing.CURRENT and client_id == row.client_id:
            found[client_id].identity, found[client_id].owner_agency = row._mapping, row.owner_agency
        else:
            found[client_id].former.append(FullName(name(row.first_name), name(row.last_name)))
    for row in await work.check(_versions(Contact, found, fields, Standing.CURRENT)):
        found[row.client_id].contact = row._mapping
    columns = (Identifier.client_id, Identifier.kind, Identifier.country, Identifier.value, Identifier.ended_at)
    for client_id, kind, country, value, ended in await work.check(
        select(*columns).where(_of(Identifier.client_id, found), Identifier.leads_to_client)
    ):
        if ended is None:
            found[client_id].known.add(Known(IdentifierKind(kind), country, value))
        else:
            found[client_id].former_codes.add(compared(value))
    return {client_id: facts for client_id, facts in found.items() if facts.identity}


async def finds(work: UnitOfWork, people: Mapping[UUID, Portrait]) -> set[Find]:
    """Whom these people find: those who have anything in common with them by which people are found.

    Indexes: client_by_identity_keys, client_by_contact_keys, uq_client_identifier.
    """
    alike, reached, coded = Looking(), Looking(), Looking()
    for client_id, person in people.items():
        seeker, mutual = Seeker(client_id), Seeker(client_id, mutual=True)
        kept, names = identity_keys(person.name, person.born, person.document), name_keys(person.name)
        alike.by(names, mutual._replace(born=person.born))
        alike.by(set(kept).difference(names), mutual)
        alike.by(swapped_keys(person.name, person.born), seeker)
        reached.by(contact_keys(person.phone, person.email), mutual)
        coded.by([(one.kind, one.country, one.compared) for one in other_writings(person.known)], seeker)
    held = await work.check(_holders(Identity, alike.keys, Identity.date_of_birth, *EVER_IN_FORCE))
    found = alike.finds(held)
    if reached.keys:
        found |= reached.finds(await work.check(_holders(Contact, reached.keys, null(), Standing.CURRENT)))
    if coded.keys:
        rows = await work.check(_coded(coded.keys))
        found |= coded.finds((tuple(code), [client_id], [False], [None]) for *code, client_id in rows)
    return found


async def pairs_of(work: UnitOfWork, clients: Collection[UUID]) -> dict[Two, DuplicatePair]:
    """Every pair of the clients. Indexes: uq_duplicate_pair, duplicate_pair_of_second."""
    first = select(DuplicatePair).where(_of(DuplicatePair.first_id, clients))
    second = select(DuplicatePair).where(_of(DuplicatePair.second_id, clients))
    return {pair.ids: pair for query in (first, second) for pair in await work.all(query)}


async def add(work: UnitOfWork, pairs: Sequence[Mapping[str, Any]], owners: Mapping[UUID, str]) -> int:
    """Enter new pairs with their sides; answers how many. One that somebody else has just entered stays theirs."""
    if not pairs:
        return 0
    common = {"id": new_id, "created_at": work.clock.now, "found_at": work.clock.now}
    rows = [dict(pair) | {column: value() for column, value in common.items()} for pair in pairs]
    entered = insert(PAIRS).on_conflict_do_nothing().returning(PAIRS.c.id)
    ids = {row.id for row in await work.execute(entered, rows)}
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
    """The next rows of a scan, by their ids: their keys, and what these are made of. Index: the primary key."""
    names = (*table.fields(), *table.found_by()) if issubclass(table, Section) else ()
    query = select(table.id, *(getattr(table, name) for name in names)).order_by(table.id).limit(limit)
    return await work.check(query if after is None else query.where(table.id > after))


async def rekey(work: UnitOfWork, table: type[Section], rows: Sequence[Any]) -> None:
    """Make keys anew that are other ones now. They follow from what the rows say: no data is read out or changed."""
    columns = Base.metadata.tables[table.__tablename__].c
    found = [(row._mapping, table.derived(row._mapping)) for row in rows]
    moved = [{"row": row["id"]} | keys for row, keys in found if any(row[name] != keys[name] for name in keys)]
    if moved:
        values = {name: bindparam(name, type_=columns[name].type) for name in table.found_by()}
        await work.execute(update(columns.id.table).where(columns.id == bindparam("row")).values(values), moved)


def _versions(
    section: type[Section], clients: Collection[UUID], fields: Collection[str] | None, *standing: Standing
) -> Select[Any]:
    columns = [getattr(section, field) for field in section.fields() if fields is None or field in fields]
    said = (section.client_id, section.owner_agency, section.standing)
    return select(*said, *columns).where(_of(section.client_id, clients), section.standing.in_(standing))


def _of(column: Any, clients: Collection[UUID]) -> ColumnElement[bool]:
    """Whether a row is of one of the clients: one parameter, however many they are."""
    within: ColumnElement[bool] = column == any_(literal(list(clients), ARRAY(Uuid)))
    return within


def _holders(table: type[Identity] | type[Contact], keys: Iterable[int], born: Any, *standing: Standing) -> Select[Any]:
    """Who holds each key that tells something, whether now, and when born: one that very many hold does not."""
    sought = func.unnest(literal(list(keys), ARRAY(BigInteger))).table_valued("key", name="sought").render_derived()
    said = (table.client_id, (table.standing == Standing.CURRENT).label("now"), cast(born, Date).label("born"))
    holds = (table.match_keys.contains(array([sought.c.key])), table.standing.in_(standing))
    held = select(*said).where(*holds).limit(MOST_READ).lateral("held")
    return (
        select(sought.c.key, *(func.array_agg(column) for column in held.c))
        .join_from(sought, held, true())
        .group_by(sought.c.key)
        .having(func.count(held.c.client_id.distinct()) <= matching().most_alike)
    )


def _coded(codes: Iterable[tuple[str, str, str]]) -> Select[str, str, str, UUID]:
    """Who is or was known by each code: one person, if any."""
    lists = (literal(list(values), ARRAY(String)) for values in zip(*codes, strict=True))
    wanted = func.unnest(*lists).table_valued("kind", "country", "compared", name="wanted").render_derived()
    code = (Identifier.kind, Identifier.country, Identifier.compared)
    is_wanted = and_(*(mine == theirs for mine, theirs in zip(code, wanted.c, strict=True)))
    known = select(Identifier.client_id).where(is_wanted, Identifier.leads_to_client).limit(1).lateral("known")
    return select(*wanted.c, known.c.client_id).join_from(wanted, known, true())


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
