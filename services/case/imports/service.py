"""Use cases of imports: one unit of work each, and a batch of rows wholly done or not at all."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from services.case.clients import record
from services.case.clients import store as clients
from services.case.clients.models import Client
from services.case.clients.service import source_of
from services.case.external_ids.models import ExternalId
from services.case.identifiers.models import Identifier
from services.case.identifiers.rules import Known
from services.case.imports import reading, rules, store, updating
from services.case.imports.models import Import, ImportedRow
from services.case.imports.problems import ImportRefused
from services.case.imports.reading import Row
from services.case.imports.rules import Claim, OnExisting, Outcome, State, Taken
from services.case.imports.schemas import ImportForm, RegisterRow
from services.case.imports.updating import Judged
from services.case.parts.models import Relation
from services.case.versions.rules import Source
from shared.access.categories import AccessAction, Category, Ground
from shared.db.work import UnitOfWork
from shared.events.catalog.case import ClientRegistered
from shared.http.days import days_to_come
from shared.http.problems import Conflict, InvalidField
from shared.ids import new_id

TRIES = 3
"""How often a batch is held against the record anew when somebody has registered one of its people meanwhile."""


class Kept(NamedTuple):
    """What became of a row that has just been done; the same as its `ImportedRow`."""

    number: int
    outcome: Outcome
    client_id: UUID | None
    errors: list[dict[str, Any]]


class Shown(NamedTuple):
    """A row, and the record that it led to, if the actor may know of it."""

    row: ImportedRow | Kept
    client_id: UUID | None


@dataclass(slots=True)
class Told:
    """A record that an event is told of, before it is an object."""

    id: UUID
    sequence: int = 0


async def begin(work: UnitOfWork, form: ImportForm) -> Import:
    """Make an import that rows may be sent to."""
    running = Import(
        id=new_id(),
        agency=work.actor.agency,
        officer=work.actor.officer,
        state=State.OPEN,
        next_row=1,
        counts={},
        **form.model_dump(),
    )
    work.add(running)
    return running


async def read(body: bytes, media_type: str) -> list[Row]:
    """The rows of a batch, understood beside the event loop, which goes on with other requests."""
    return await asyncio.to_thread(reading.rows_in, body, media_type)


async def take(work: UnitOfWork, running: Import, first: int, rows: Sequence[Row]) -> list[Shown]:
    """Do what has not been done of a batch; answers for the rows that have with what was kept of them."""
    if unmet := rules.rows_unmet(running.progress, first, len(rows)):
        raise ImportRefused(unmet)
    last_done = min(first + len(rows), running.next_row) - 1
    done = await store.rows(work, running.id, first, last_done) if first <= last_done else []
    new = await _done(work, running, rows[len(done) :])
    return [*await shown(work, done), *await shown(work, new)]


async def shown(work: UnitOfWork, rows: Sequence[ImportedRow | Kept]) -> list[Shown]:
    """Rows as the actor may be told of them, entered in the log of records that were there before.

    A record that has been closed to the actor is not named, as in registering by hand.
    """
    named = {row.client_id for row in rows if row.client_id and not isinstance(row, Kept)}
    met = {row.client_id for row in rows if row.client_id and row.outcome == Outcome.EXISTS}
    for client_id in met:
        work.ledger.touched(client_id, AccessAction.SEARCH, Category.IDENTITY, "", Ground.EXISTENCE)
    asked = named | met
    closed = asked - await clients.existing(work, asked) if asked else asked
    return [Shown(row, None if row.client_id in closed else row.client_id) for row in rows]


async def complete(work: UnitOfWork, running: Import) -> Import:
    """Every row has been sent."""
    return _ended(work, running, State.COMPLETED, rules.completion_unmet(running.progress))


async def abandon(work: UnitOfWork, running: Import) -> Import:
    """No more rows are to come; what was done stays done."""
    return _ended(work, running, State.ABANDONED, rules.abandonment_unmet(running.progress))


def _ended(work: UnitOfWork, running: Import, state: State, unmet: Sequence[Any]) -> Import:
    work.expect(running)
    if unmet:
        raise ImportRefused(unmet)
    running.state, running.ended_at = state, work.clock.now()
    return running


async def _done(work: UnitOfWork, running: Import, rows: Sequence[Row]) -> list[Kept]:
    judged = await _carried_out(work, running, rows) if rows else []
    kept = [
        Kept(number, verdict.outcome, verdict.client_id, [error.model_dump() for error in claim.errors])
        for number, (claim, verdict) in enumerate(judged, running.next_row)
    ]
    await work.add_all(ImportedRow, [{"import_id": running.id, **row._asdict()} for row in kept])
    running.next_row += len(kept)
    running.counts = dict(Counter(running.counts) + Counter(str(row.outcome) for row in kept))
    return kept


async def _carried_out(work: UnitOfWork, running: Import, rows: Sequence[Row]) -> list[Judged]:
    """What becomes of each row, done unless the run is dry."""
    work.errand.source = running.source
    judged = await _registered(work, running, rows)
    done = await updating.carried_out(work, rows, judged, dry_run=running.dry_run)
    return [(claim, rules.in_dry_run(verdict)) for claim, verdict in done] if running.dry_run else list(done)


async def _registered(work: UnitOfWork, running: Import, rows: Sequence[Row]) -> list[Judged]:
    """What is to become of each row, new people registered. Somebody else may register one: then it is judged again."""
    claims, on_existing = await _claims(work, rows), OnExisting(running.on_existing)
    for tries_left in reversed(range(TRIES)):
        judged = rules.verdicts(claims, await _taken(work, running, claims), on_existing)
        people = zip((row.form for row in rows), judged, strict=True)
        new = [(verdict.client_id, form) for form, verdict in people if verdict.outcome is Outcome.CREATED]
        if running.dry_run or not new:
            break
        try:
            async with work.attempt():
                await _record(work, running, new)
            break
        except Conflict:
            if not tries_left:
                raise
    return list(zip(claims, judged, strict=True))


async def _claims(work: UnitOfWork, rows: Sequence[Row]) -> list[Claim]:
    related = [row.form.related() if row.form else {} for row in rows]
    named = {client_id for pointers in related for client_id in pointers.values() if client_id}
    real = await clients.existing(work, named) if named else named
    return [
        Claim(
            new_id(),
            _keys(row.form),
            row.errors or _wrong(work, row.form, pointers, real),
            row.form and row.form.external_id,
        )
        for row, pointers in zip(rows, related, strict=True)
    ]


def _keys(form: RegisterRow | None) -> list[Hashable]:
    if form is None:
        return []
    return [*form.identity.known(), *([form.external_id] if form.external_id else [])]


def _wrong(
    work: UnitOfWork, form: RegisterRow | None, named: Mapping[str, UUID | None], real: Collection[UUID]
) -> list[InvalidField]:
    """What is wrong with a row that can be told only by whoever knows the day and the records."""
    return [*(days_to_come(form, work.clock) if form else ()), *_strangers(named, real)]


def _strangers(named: Mapping[str, UUID | None], real: Collection[UUID]) -> list[InvalidField]:
    """Relations to clients that are not there, as registering by hand refuses them."""
    wrong = [pointer for pointer, client_id in named.items() if client_id and client_id not in real]
    return [InvalidField(pointer=pointer, code="client", detail="This is no other client.") for pointer in wrong]


async def _taken(work: UnitOfWork, running: Import, claims: Sequence[Claim]) -> dict[Hashable, Taken]:
    keys = [key for claim in claims for key in claim.keys]
    known = [key for key in keys if isinstance(key, Known)]
    external = [key for key in keys if isinstance(key, str)]
    taken = await store.known_clients(work, running.source, known)
    if external:
        taken |= await store.keyed_clients(work, running.source, running.system, external)
    return taken


async def _record(work: UnitOfWork, running: Import, new: Sequence[tuple[Any, Any]]) -> None:
    """Write the records of new people as registering them one by one would, table by table."""
    tables: record.Rows = defaultdict(list)
    source = source_of(work)
    for client_id, form in new:
        for table, rows in _rows(running.system, client_id, form, source).items():
            tables[table] += rows
    linked = [row for row in tables[Relation] if row["related_client_id"]]
    tables[Relation] = [row for row in tables[Relation] if not row["related_client_id"]]
    tables[Identifier].sort(key=_BY_CODE)
    for table, rows in tables.items():
        await work.add_all(table, rows)
    for row in linked:
        work.add(Relation(**row))  # the session knows whose record has been merged
    for client_id, _ in new:
        work.announce(ClientRegistered(client_id=client_id), of=Told(client_id))


def _rows(system: str, client_id: UUID, form: RegisterRow, source: Source) -> record.Rows:
    rows = record.rows_of(form, client_id, source)
    rows[Client][0]["sequence"] = 1
    if form.external_id is not None:
        columns = {"system": system, "value": form.external_id, "recorded_at": source.at}
        scope = {"client_id": client_id, "owner_agency": source.agency, "category": Category.IDENTITY}
        rows[ExternalId] = [columns | scope]
    return rows


_BY_CODE = itemgetter("kind", "country", "compared")
"""In this order two imports never wait for each other."""
