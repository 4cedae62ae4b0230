"""Rows of people whom the agency's system has linked to a record: the record is let say what the row says.

Each row is done or refused by itself. A dry run does the same and undoes all of it, so that it says the same.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from pydantic import ValidationError

from services.case.clients import store as clients
from services.case.clients.models import Client
from services.case.clients.problems import ClientExists
from services.case.clients.schemas import ClientForm
from services.case.external_ids import service as external_ids
from services.case.identifiers.problems import IdentifierRefused
from services.case.imports import store
from services.case.imports.reading import Row, wrong_in
from services.case.imports.rules import Claim, Outcome, Verdict
from services.case.labels import LABELS
from shared.db.work import UnitOfWork
from shared.http.problems import InvalidField, Problem, Unavailable

Judged = tuple[Claim, Verdict]
"""A row, and what becomes of it."""


class _OnlyTried(Exception):
    """Everything was tried and is to be undone."""


async def carried_out(
    work: UnitOfWork, rows: Sequence[Row], judged: Sequence[Judged], *, dry_run: bool
) -> Sequence[Judged]:
    """The rows as they were judged; those that update a record are carried out, in their order."""
    named = {verdict.client_id for _, verdict in judged if verdict.outcome is Outcome.UPDATED and verdict.client_id}
    if not named:
        return judged
    held, done = await store.held_clients(work, named), list[Judged]()
    with suppress(_OnlyTried):
        async with work.attempt():
            for row, one in zip(rows, judged, strict=True):
                done.append(await _updated(work, held, row.form, *one))
            if dry_run:
                raise _OnlyTried
    return done


async def _updated(
    work: UnitOfWork, held: dict[UUID, Client], form: ClientForm | None, claim: Claim, verdict: Verdict
) -> Judged:
    if verdict.outcome is not Outcome.UPDATED or form is None or verdict.client_id is None:
        return claim, verdict
    try:
        is_changed = await _says(work, held, verdict.client_id, form)
    except Unavailable:
        raise
    except (Problem, ValidationError) as reason:
        held.pop(verdict.client_id, None)  # what was changed in memory has been undone in the database
        return replace(claim, errors=_errors(reason)), Verdict(Outcome.REFUSED)
    return claim, verdict if is_changed else Verdict(Outcome.UNCHANGED, verdict.client_id)


async def _says(work: UnitOfWork, held: dict[UUID, Client], client_id: UUID, form: ClientForm) -> bool:
    """Let a record say what a form says; answers whether that is anything new. Every change of it is announced."""
    announced = len(work.errand.outbox)
    async with work.attempt():
        client = held.get(client_id) or await clients.client(work, client_id)
        held[client_id] = client
        await external_ids.take_over(work, client, form, whole_sections=False)
        await work.flush()
    return len(work.errand.outbox) > announced


def _errors(reason: Problem | ValidationError) -> Sequence[InvalidField]:
    """Why a record cannot say what a row says, told as what is wrong with the row."""
    if isinstance(reason, ValidationError):
        return wrong_in(reason)
    place = "/identity" if isinstance(reason, IdentifierRefused | ClientExists) else None
    unmet = [_told(place or lack.pointer or "", lack.code, lack.code) for lack in reason.unmet]
    return reason.errors or unmet or [_told(place or "", reason.code, f"problem.{reason.code}")]


def _told(pointer: str, code: str, label: str) -> InvalidField:
    return InvalidField(pointer=pointer, code=code, detail=LABELS.text(label, "en"))
