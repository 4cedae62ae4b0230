"""Use cases of the client record: one unit of work each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.case.clients import record, rules, store
from services.case.clients.models import CATEGORY_OF, SECTIONS, Client, Section
from services.case.clients.problems import ClientExists, ClientNotFound
from services.case.clients.rules import Source
from services.case.clients.schemas import Address, ClientChange, ClientForm, ClientOut
from services.case.identifiers import store as identifiers
from shared.access.categories import Category, Ground
from shared.db.work import UnitOfWork
from shared.events.catalog import ClientChanged, ClientRegistered
from shared.http.problems import Invalid, InvalidField, StaleVersion
from shared.http.schemas import Schema
from shared.ids import new_id


async def register(work: UnitOfWork, form: ClientForm) -> Client:
    """Give a person a record, unless an identifier shows that there is one already."""
    known = form.identity.known()
    await identifiers.claim(work, known)
    if existing := await identifiers.client_of(work, known):
        work.ledger.touched(existing, "search", Category.IDENTITY, "", Ground.EXISTENCE)
        raise ClientExists(existing)
    client = await _recorded(work, form)
    work.announce(ClientRegistered(client_id=client.id), of=client)
    return client


async def change(work: UnitOfWork, client: Client, changes: ClientChange) -> Client:
    """Replace sections of the record; the versions before stay as its history."""
    following = [_following(work, client, name, getattr(changes, name)) for name in sorted(changes.model_fields_set)]
    fields = await put_in_force(work, client, [version for version in following if version is not None])
    work.announce(ClientChanged(client_id=client.id, fields=fields), of=client)
    return client


async def refuse_if_stale(work: UnitOfWork, client: Client) -> None:
    """Refuse to change a record that somebody has changed since; the refusal shows it as it is now."""
    try:
        work.expect(client)
    except StaleVersion as stale:
        present = await shown(work, client)
        raise StaleVersion(extensions=stale.extensions | {"current": present.model_dump(mode="json")}) from stale


async def put_in_force(work: UnitOfWork, client: Client, versions: Sequence[Section]) -> list[str]:
    """Let new versions take the place of those in force; answers which fields changed, as `section.field`."""
    for version in versions:
        client.sections[version.name].supersede(version.recorded_at)
    await work.flush()  # of two versions only one may be in force at any moment
    for version in versions:
        work.add(version)
        client.show(version)
    client.changed_at = work.clock.now()
    return [f"{version.name}.{field}" for version in versions for field in version.changed]


async def withheld(work: UnitOfWork, client: Client) -> list[str]:
    """The sections of the record that the actor has no ground to see."""
    if client.owner_agency == work.actor.agency:
        return []
    opened = await store.open_to_actor(work, client)
    return sorted(section for section, category in CATEGORY_OF.items() if category not in opened)


async def shown(work: UnitOfWork, client: Client) -> ClientOut:
    """The record as far as the actor may see it, as it travels."""
    return ClientOut.of((client, await withheld(work, client)))


async def address(work: UnitOfWork, client_id: UUID) -> Address:
    """Where the client is reached now."""
    contact = await store.contact(work, client_id)
    if contact is None:
        raise ClientNotFound
    return Address(
        email=contact.email,
        phone=contact.phone,
        language=contact.preferred_language,
        may_be_contacted=contact.may_be_contacted,
    )


def source_of(work: UnitOfWork) -> Source:
    """Where values that are given now come from."""
    actor = work.actor
    return Source(actor.agency, actor.officer, actor.system or actor.agency, work.clock.now())


def _following(work: UnitOfWork, client: Client, name: str, facts: Schema) -> Section | None:
    """The version that replaces a section's, if it says anything else."""
    present = client.sections[name]
    if present is None:
        raise ClientNotFound(f"There is no ground to see the section {name}.")
    values = facts.model_dump()
    if name == "identity":
        values["date_of_birth"] = _born(client, values["date_of_birth"])
    following: Section | None = present.revised(values, source_of(work))
    return following


def _born(client: Client, said: Any) -> Any:
    """The date of birth: where there is a personal code, the one it tells."""
    code = client.personal_code
    born = rules.birth_date_of(code) if code else said
    if said not in (None, born):
        wrong = "The date of birth is not the one the personal code tells."
        raise Invalid(errors=[InvalidField(pointer="/identity/date_of_birth", code="birth_date", detail=wrong)])
    return born


async def _recorded(work: UnitOfWork, form: ClientForm) -> Client:
    """The record that a form makes: root first, as everything else refers to it."""
    rows = record.rows_of(form, new_id(), source_of(work))
    lists = {part: [table(**columns) for columns in rows[table]] for part, table in record.LISTS.items()}
    client = Client(**rows[Client][0], **lists)
    work.add(client)
    await work.flush()
    for section in SECTIONS.values():
        version = section(**rows[section][0])
        work.add(version)
        client.show(version)
    return client
