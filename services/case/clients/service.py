"""Use cases of the client record: one unit of work each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.case.clients import record, rules, store
from services.case.clients.models import CATEGORY_OF, PIECES, Client
from services.case.clients.problems import ChangeRefused, ClientExists, ClientNotFound
from services.case.clients.rules import ContactChannel, Hold
from services.case.clients.schemas import Address, ClientChange, ClientForm, ClientOut, Registration, SectionFacts, Seen
from services.case.duplicates import service as duplicates
from services.case.households import store as households
from services.case.identifiers import store as identifiers
from services.case.identifiers.models import Identifier
from services.case.identifiers.rules import Known, birth_date_of
from services.case.parts.models import Relation
from services.case.parts.schemas import Named, Names
from services.case.versions.models import Section, Version
from services.case.versions.rules import Source, Standing
from shared.access.categories import AccessAction, Category, Ground
from shared.access.grounds import refuse_if_shut_out
from shared.db.work import UnitOfWork
from shared.events.catalog.case import ClientChanged, ClientRegistered
from shared.http.days import refuse_days_to_come
from shared.http.paging import Slice
from shared.http.problems import Invalid, InvalidField, StaleVersion
from shared.ids import new_id

COMPARED_IN = frozenset({"identity", "contact"})
"""Sections that say whom a person is like."""


async def register(work: UnitOfWork, form: Registration) -> Client:
    """Give a person a record, unless an identifier shows that there is one already, or it is likely and not denied."""
    refuse_days_to_come(form, work.clock)
    await refuse_if_known(work, form.identity.known())
    await refuse_strangers(work, None, form.related())
    alike = await duplicates.look_before(work, form)
    client = await _recorded(work, form)
    await duplicates.enter(work, client, alike, form.distinct_from)
    work.announce(ClientRegistered(client_id=client.id), of=client)
    return client


async def refuse_if_known(work: UnitOfWork, known: Sequence[Known], besides: UUID | None = None) -> None:
    """Refuse to let a second person be known by the same; until the work ends, nobody else is registered by it."""
    await identifiers.claim(work, known)
    existing = await identifiers.client_of(work, known)
    if existing and existing != besides:
        raise await exists_already(work, existing)


async def exists_already(work: UnitOfWork, client_id: UUID) -> ClientExists:
    """The problem that a person has a record, which the person's log shows to have been told."""
    work.ledger.touched(client_id, AccessAction.SEARCH, Category.IDENTITY, "", Ground.EXISTENCE)
    return ClientExists(client_id if await store.exists(work, client_id) else None)


async def change(work: UnitOfWork, client: Client, changes: ClientChange) -> Client:
    """Replace sections of the record; the versions before stay as its history."""
    refuse_days_to_come(changes, work.clock)
    names = sorted(changes.model_fields_set)
    said = [following(work, client, name, getattr(changes, name)) for name in names]
    versions = [version for version in said if version is not None]
    await refuse_unless_may_change(work, client, {f"/{one.piece}": CATEGORY_OF[one.piece] for one in versions})
    await revise(work, client, versions)
    return client


async def refuse_unless_may_change(work: UnitOfWork, client: Client, pieces: Mapping[str, Category]) -> None:
    """Refuse a change of what the actor may only read; the pieces are named by JSON pointer."""
    if unmet := rules.change_unmet(pieces, await hold_on(work, client)):
        raise ChangeRefused(unmet)


async def hold_on(work: UnitOfWork, client: Client) -> Hold:
    """What of the record is the actor's agency's to change."""
    if client.owner_agency == work.actor.agency:
        return Hold(own=True)
    opened = (await store.open_to_actor(work, [client]))[client.id]
    return Hold(own=False, shared={category for category, by in opened.items() if Ground.SHARED_RECORD in by})


async def refuse_if_stale(work: UnitOfWork, client: Client) -> None:
    """Refuse to change a record that somebody has changed since; the refusal shows it as it is now."""
    try:
        work.expect(client)
    except StaleVersion as stale:
        present = await shown(work, client)
        raise StaleVersion(extensions=stale.extensions | {"current": present.model_dump(mode="json")}) from stale


async def revise(work: UnitOfWork, client: Client, versions: Sequence[Version]) -> None:
    """Put new versions of sections and parts in force, and tell the other services which fields changed."""
    if fields := await put_in_force(work, client, versions):
        await tell_change(work, client, fields)


async def put_in_force(work: UnitOfWork, client: Client, versions: Sequence[Version]) -> list[str]:
    """Let new versions take the place of those in force; answers which fields changed, as `section.field`."""
    for version in versions:
        if present := client.in_force(version):
            present.supersede(version.recorded_at)
    await work.flush()  # of two versions only one may be in force at any moment
    for version in versions:
        work.add(version)
        client.show(version)
    if versions:
        client.changed_at = work.clock.now()
    return [f"{version.piece}.{field}" for version in versions for field in version.changed]


async def tell_change(work: UnitOfWork, client: Client, fields: Sequence[str]) -> None:
    """The record is another version: tell the other services which fields changed, and see whom it is like now."""
    client.changed_at = work.clock.now()
    client.touch()
    work.announce(ClientChanged(client_id=client.id, fields=list(fields)), of=client)
    if COMPARED_IN.intersection(field.split(".")[0] for field in fields):
        await work.flush()
        await duplicates.reconsider(work, [client.id])


async def withheld(work: UnitOfWork, client: Client) -> list[str]:
    """The sections of the record that the actor has no ground to see."""
    return (await withheld_of(work, [client]))[client.id]


async def withheld_of(work: UnitOfWork, clients: Sequence[Client]) -> dict[UUID, list[str]]:
    """The same of many records, asked for once."""
    foreign = [client for client in clients if client.owner_agency != work.actor.agency]
    opened = await store.open_to_actor(work, foreign) if foreign else {}
    pieces = {client.id: CATEGORY_OF.items() for client in foreign}
    return {
        client.id: sorted(piece for piece, category in pieces.get(client.id, ()) if category not in opened[client.id])
        for client in clients
    }


async def refuse_if_withheld(work: UnitOfWork, client: Client, found: Slice[Any], piece: str) -> None:
    """Refuse a list of what the actor has no ground to see; that its own record holds nothing is no refusal."""
    if client.owner_agency != work.actor.agency:
        await refuse_if_shut_out(work, found, client.id, CATEGORY_OF[piece])


async def seen(work: UnitOfWork, client: Client) -> Seen:
    """The record as far as the actor may see it, with all that is needed to show it."""
    named = related(client.relations)
    beside = [one for one in await households.living_with(work, client.id) if one.client_id not in named]
    full = await full_names(work, {member.client_id for member in beside})
    lives_with = [(member, full[member.client_id]) for member in beside if member.client_id in full]
    return Seen(client, await withheld(work, client), await names_of(work, named), lives_with)


async def shown(work: UnitOfWork, client: Client) -> ClientOut:
    """The same as it travels."""
    return ClientOut.of(await seen(work, client))


async def full_names(work: UnitOfWork, clients: Collection[UUID]) -> dict[UUID, str]:
    """What those clients are called whose identity the actor may see."""
    seen = await store.identities(work, clients) if clients else []
    return {one.client_id: f"{one.first_name} {one.last_name}" for one in seen}


async def names_of(work: UnitOfWork, clients: Collection[UUID]) -> Names:
    """What clients are called: in full where the actor may see the record, masked otherwise; logged for each."""
    full = await full_names(work, clients)
    called: dict[UUID | None, Named] = {one: Named(name, is_masked=False) for one, name in full.items()}
    for row in await store.names(work, others) if (others := set(clients) - full.keys()) else ():
        work.ledger.touched(row.client_id, AccessAction.SEARCH, Category.IDENTITY, row.owner_agency, Ground.EXISTENCE)
        name = f"{rules.masked(row.first_name)} {rules.masked(row.last_name)}"
        called[row.client_id] = Named(name, is_masked=True)
    return called


def related(relations: Iterable[Relation]) -> set[UUID]:
    """The clients whom relations name."""
    return {relation.related_client_id for relation in relations if relation.related_client_id}


async def refuse_strangers(work: UnitOfWork, client_id: UUID | None, named: Mapping[str, UUID | None]) -> None:
    """Refuse relations to nobody and to oneself; `named` tells by JSON pointer which client each names."""
    ids = {one for one in named.values() if one}
    selves = {one for one, survivor in (await work.aliases.survivors(ids)).items() if survivor == client_id}
    real = await store.existing(work, ids) - selves if ids else ids
    if wrong := [pointer for pointer, one in named.items() if one and one not in real]:
        detail = "This is no other client."
        raise Invalid(errors=[InvalidField(pointer=pointer, code="client", detail=detail) for pointer in wrong])


async def address(work: UnitOfWork, client_id: UUID) -> Address:
    """Where the client is reached now."""
    contact = await store.contact(work, client_id)
    if contact is None:
        raise ClientNotFound
    return Address(
        email=contact.email,
        phone=contact.phone,
        language=contact.preferred_language,
        agreed_channels=[ContactChannel(one) for one in contact.agreed_channels],
        may_be_contacted=contact.may_be_contacted,
    )


def source_of(work: UnitOfWork) -> Source:
    """Where values that are given now come from."""
    actor = work.actor
    system = work.errand.source or actor.system or actor.agency
    return Source(actor.agency, actor.officer, system, work.clock.now())


def following(
    work: UnitOfWork, client: Client, name: str, facts: SectionFacts, standing: Standing = Standing.CURRENT
) -> Section | None:
    """The version of a section that says this, if that is anything else than what is in force."""
    present = client.sections[name]
    if present is None:
        raise ChangeRefused(rules.withheld(f"/{name}"))
    values = facts.given()
    if name == "identity":
        values["date_of_birth"] = _born(client, values["date_of_birth"])
    version: Section | None = present.revised(values, source_of(work), standing)
    return version


def _born(client: Client, said: Any) -> Any:
    """The date of birth: where there is a personal code, the one it tells."""
    code = client.personal_code
    born = birth_date_of(code) if code else said
    if said not in (None, born):
        wrong = "The date of birth is not the one the personal code tells."
        raise Invalid(errors=[InvalidField(pointer="/identity/date_of_birth", code="birth_date", detail=wrong)])
    return born


async def _recorded(work: UnitOfWork, form: ClientForm) -> Client:
    """The record that a form makes: root first, as everything else refers to it."""
    rows = record.rows_of(form, new_id(), source_of(work))
    known = [Identifier(**columns) for columns in rows[Identifier]]
    client = Client(**rows[Client][0], identifiers=known, relations=[], earlier_assessments=[])
    work.add(client)
    await work.flush()
    for version in (table(**columns) for table in PIECES.values() for columns in rows[table]):
        work.add(version)
        client.show(version)
    return client
