"""Use cases of external ids: one unit of work each."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.case.clients import service as clients
from services.case.clients import store as records
from services.case.clients.models import PARTS, Client
from services.case.clients.schemas import ClientChange, ClientForm, Registration
from services.case.external_ids import store
from services.case.external_ids.models import ExternalId
from services.case.external_ids.rules import ExternalKey
from services.case.identifiers import service as identities
from services.case.identifiers import store as identifiers
from services.case.identifiers.rules import IdentifierKind, Known
from services.case.identifiers.schemas import CodeForm, IdentifierForm
from services.case.parts import service as parts
from shared.access.categories import Category
from shared.db.work import UnitOfWork
from shared.http.days import refuse_days_to_come


async def link(work: UnitOfWork, client: Client, key: ExternalKey) -> ExternalId:
    """Note by which key a system of the actor's agency knows a client."""
    await store.claim(work, key)
    present = await store.by_key(work, key)
    if present is None:
        source = clients.source_of(work)
        scope = {"owner_agency": work.actor.agency, "client_id": client.id, "category": Category.IDENTITY}
        present = ExternalId(system=key.system, value=key.value, recorded_at=source.at, **scope)
        work.add(present)
        await work.flush()
    elif present.client_id != client.id:
        raise await clients.exists_already(work, present.client_id)
    return present


async def unlink(work: UnitOfWork, external_id: ExternalId) -> None:
    """Forget by which key a system of the agency knows a client."""
    await store.remove(work, external_id)


async def upsert(work: UnitOfWork, key: ExternalKey, form: Registration) -> tuple[Client, bool]:
    """Let the record be as a system of the agency holds it; answers whether the record is new.

    The record is the one that the key or an identifier leads to. Only the pieces that are given are replaced.
    """
    refuse_days_to_come(form, work.clock, at="/record")
    await store.claim(work, key)
    linked = await store.by_key(work, key)
    existing = linked.client_id if linked else await _known_as(work, form.identity.known())
    if existing is None:
        client = await clients.register(work, form)
        await link(work, client, key)
        return client, True
    client = await _record_of(work, existing)
    await link(work, client, key)
    await take_over(work, client, form, whole_sections=True)
    return client, False


async def _known_as(work: UnitOfWork, known: Sequence[Known]) -> UUID | None:
    """Who is known by one of these; until the work ends, nobody else is registered by them."""
    await identifiers.claim(work, known)
    return await identifiers.client_of(work, known)


async def _record_of(work: UnitOfWork, client_id: UUID) -> Client:
    """The record to take over, held for change; one whose identity the actor may not see is named only."""
    client = await records.perhaps_to_change(work, client_id)
    if client is None or client.identity is None:
        raise await clients.exists_already(work, client_id)
    await clients.refuse_if_stale(work, client)
    return client


async def take_over(work: UnitOfWork, client: Client, form: ClientForm, *, whole_sections: bool) -> None:
    """Let a record say what a form says, as far as the form says it.

    A section that the form gives is replaced whole, or in those of its fields alone that the form gives.
    """
    for code in form.identity.codes():
        if not code.is_from_sidus and code.known() not in [one.known for one in client.identifiers]:
            await identities.add(work, client, IdentifierForm(**code.model_dump(), replaces=_place_for(client, code)))
    await clients.change(work, client, _sections(client, form, {} if whole_sections else client.said()))
    for name, table in PARTS.items():
        if name in form.model_fields_set:
            await parts.replace(work, client, table, getattr(form, name))


def _sections(client: Client, form: ClientForm, present: Mapping[str, Mapping[str, Any]]) -> ClientChange:
    """What the form says; the date of birth that it has of a code which is the client's beside another is left out."""
    said = form.sections(present)
    if client.personal_code in (None, form.identity.personal_code or client.personal_code):
        return said
    return said.model_copy(update={"identity": said.identity.model_copy(update={"date_of_birth": None})})


def _place_for(client: Client, code: CodeForm) -> UUID | None:
    """The temporary number whose place a personal code takes."""
    if code.kind is not IdentifierKind.PERSONAL_CODE:
        return None
    numbers = (one.id for one in client.known_by if one.kind == IdentifierKind.TEMPORARY_NUMBER)
    return next(numbers, None)
