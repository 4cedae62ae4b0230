"""Use cases of identifiers and external ids: one unit of work each."""

from collections.abc import Sequence
from uuid import UUID

from services.case.clients import service as clients
from services.case.clients import store as records
from services.case.clients.models import PARTS, Client, Section
from services.case.clients.problems import ClientNotFound
from services.case.clients.rules import IdentifierKind, birth_date_of
from services.case.clients.schemas import CodeForm, Registration
from services.case.identifiers import rules, store
from services.case.identifiers.models import ExternalId, Identifier
from services.case.identifiers.problems import IdentifierNotFound, IdentifierRefused
from services.case.identifiers.rules import EndedAs, ExternalKey, Known
from services.case.identifiers.schemas import IdentifierForm
from services.case.parts import service as parts
from shared.access.categories import Category
from shared.db.work import UnitOfWork

IDENTITY = {"/identity": Category.IDENTITY}


async def add(work: UnitOfWork, client: Client, form: IdentifierForm) -> Client:
    """Let a client be known by something, beside what they are known by or in its place."""
    await clients.refuse_unless_may_change(work, client, IDENTITY)
    known, live = form.known(), {one.id: one for one in client.known_by}
    kinds = {key: IdentifierKind(one.kind) for key, one in live.items()}
    is_known = any(one.leads_to_client and one.known == known for one in client.identifiers)
    if unmet := rules.addition_unmet(form.kind, kinds, form.replaces, is_known=is_known):
        raise IdentifierRefused(unmet)
    await clients.refuse_if_known(work, [known])
    identifier = Identifier(**Identifier.of(known, clients.source_of(work), **client.scope))
    client.identifiers.append(identifier)
    await work.flush()  # what takes the place of another is there before
    if form.replaces:
        live[form.replaces].end(form.replaced_as, clients.source_of(work), identifier.id)
    fields = await clients.put_in_force(work, client, _born_as_told(work, client, known))
    await clients.tell_change(work, client, [f"identity.{known.kind}", *fields])
    return client


async def end(work: UnitOfWork, client: Client, identifier: Identifier, ended_as: EndedAs) -> Client:
    """Let a client no longer be known by something that has expired or never was theirs."""
    await clients.refuse_unless_may_change(work, client, IDENTITY)
    if unmet := rules.ending_unmet(identifier.id, {one.id for one in client.known_by}):
        raise IdentifierRefused(unmet)
    identifier.end(ended_as, clients.source_of(work))
    await clients.tell_change(work, client, [f"identity.{identifier.kind}"])
    return client


async def link(work: UnitOfWork, client: Client, key: ExternalKey) -> ExternalId:
    """Note by which key a system of the actor's agency knows a client."""
    await store.claim_external(work, key)
    present = await store.external(work, key)
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
    await store.claim_external(work, key)
    linked = await store.external(work, key)
    existing = linked.client_id if linked else await _known_as(work, form.identity.known())
    if existing is None:
        client = await clients.register(work, form)
        await link(work, client, key)
        return client, True
    client = await _record_of(work, existing)
    await link(work, client, key)
    await _take_over(work, client, form)
    return client, False


def identifier_of(client: Client, identifier_id: UUID) -> Identifier:
    """What a client is or was known by under an id."""
    for identifier in client.identifiers:
        if identifier.id == identifier_id:
            return identifier
    raise IdentifierNotFound


def _born_as_told(work: UnitOfWork, client: Client, known: Known) -> list[Section]:
    """The identity with the date of birth that a personal code tells, if it said otherwise."""
    if known.kind is not IdentifierKind.PERSONAL_CODE:
        return []
    following = client.identity.revised({"date_of_birth": birth_date_of(known.value)}, clients.source_of(work))
    return [following] if following else []


async def _known_as(work: UnitOfWork, known: Sequence[Known]) -> UUID | None:
    """Who is known by one of these; until the work ends, nobody else is registered by them."""
    await store.claim(work, known)
    return await store.client_of(work, known)


async def _record_of(work: UnitOfWork, client_id: UUID) -> Client:
    """The record to take over, held for change; one that the actor may not see is named only."""
    try:
        client = await records.client_to_change(work, client_id)
    except ClientNotFound as hidden:
        raise await clients.exists_already(work, client_id) from hidden
    await clients.refuse_if_stale(work, client)
    return client


async def _take_over(work: UnitOfWork, client: Client, form: Registration) -> None:
    """Let a record say what a form says, as far as the form says it."""
    for code in form.identity.codes():
        if not code.is_from_sidus and code.known() not in [one.known for one in client.identifiers]:
            await add(work, client, IdentifierForm(**code.model_dump(), replaces=_place_for(client, code)))
    await clients.change(work, client, form.sections())
    for name, table in PARTS.items():
        if name in form.model_fields_set:
            await parts.replace(work, client, table, getattr(form, name))


def _place_for(client: Client, code: CodeForm) -> UUID | None:
    """The temporary number whose place a personal code takes."""
    if code.kind is not IdentifierKind.PERSONAL_CODE:
        return None
    numbers = (one.id for one in client.known_by if one.kind == IdentifierKind.TEMPORARY_NUMBER)
    return next(numbers, None)
