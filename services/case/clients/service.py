"""Use cases of the client record: one unit of work each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.case.clients import rules, store
from services.case.clients.models import CATEGORY_OF, SECTIONS, Client, EarlierAssessment, Relation
from services.case.clients.problems import ClientExists, ClientNotFound
from services.case.clients.schemas import (
    Address,
    ClientChange,
    ClientForm,
    ContactFacts,
    HealthFacts,
    Hit,
    Identity,
    SearchFor,
    SocialFacts,
)
from shared.access.categories import Category, Ground
from shared.db.work import UnitOfWork
from shared.events.catalog import ClientChanged, ClientRegistered
from shared.http.schemas import Schema
from shared.ids import new_id

EMPTY: dict[str, Schema] = {"contact": ContactFacts(), "social": SocialFacts(), "health": HealthFacts()}


async def register(work: UnitOfWork, form: ClientForm) -> Client:
    """Give a person a record, unless an identifier shows that there is one already."""
    for identifier in _identifiers(form.identity):
        await work.serialise_on(f"client:{identifier}")
    if existing := await store.id_by_identifier(work, form.identity):
        work.ledger.touched(existing, "search", Category.IDENTITY, "", Ground.EXISTENCE)
        raise ClientExists(existing)
    client = _client(work, form)
    work.add(client)
    work.announce(ClientRegistered(client_id=client.id), of=client)
    return client


async def change(work: UnitOfWork, client: Client, changes: ClientChange) -> Client:
    """Replace sections of the record, unless somebody changed it since the caller saw it."""
    work.expect(client)
    fields: list[str] = []
    for name in sorted(changes.model_fields_set):
        row = client.sections[name]
        if row is None:
            raise ClientNotFound(f"There is no ground to see the section {name}.")
        facts: Schema = getattr(changes, name)
        for field, value in facts.model_dump().items():
            if getattr(row, field) != value:
                setattr(row, field, value)
                fields.append(f"{name}.{field}")
    client.changed_at = work.clock.now()
    work.announce(ClientChanged(client_id=client.id, fields=fields), of=client)
    return client


async def withheld(work: UnitOfWork, client: Client) -> list[str]:
    """The sections of the record that the actor has no ground to see."""
    if client.owner_agency == work.actor.agency:
        return []
    opened = await store.open_to_actor(work, client)
    return sorted(section for section, category in CATEGORY_OF.items() if category not in opened)


async def search(work: UnitOfWork, wanted: SearchFor) -> list[Hit]:
    """People who may be the one looked for, masked; that they were found is logged for each."""
    if wanted.personal_code or wanted.other_identifier:
        found = await store.hits_by_identifier(work, wanted)
    else:
        assert wanted.last_name is not None
        assert wanted.date_of_birth is not None
        found = await store.hits_by_name(work, wanted.last_name, wanted.date_of_birth)
    return _hits(work, found)


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


def _hits(work: UnitOfWork, found: Sequence[Any]) -> list[Hit]:
    for row in found:
        work.ledger.touched(row.id, "search", Category.IDENTITY, row.owner_agency, Ground.EXISTENCE)
    return [
        Hit(
            client_id=row.id,
            name=f"{rules.masked(row.first_name)} {rules.masked(row.last_name)}",
            birth_year=row.date_of_birth.year if row.date_of_birth else None,
        )
        for row in found
    ]


def _client(work: UnitOfWork, form: ClientForm) -> Client:
    client_id, agency = new_id(), work.actor.agency
    scope = {"owner_agency": agency, "client_id": client_id}
    client = Client(
        id=client_id, category=Category.IDENTITY, changed_at=work.clock.now(), **scope, **_identity(form.identity)
    )
    for name, table in SECTIONS.items():
        facts: Schema = getattr(form, name) or EMPTY[name]
        setattr(client, name, table(category=CATEGORY_OF[name], **scope, **facts.model_dump()))
    client.relations = [
        Relation(category=CATEGORY_OF["relations"], **scope, **relation.model_dump()) for relation in form.relations
    ]
    client.earlier_assessments = [
        EarlierAssessment(category=CATEGORY_OF["earlier_assessments"], **scope, **made.model_dump())
        for made in form.earlier_assessments
    ]
    return client


def _identity(identity: Identity) -> dict[str, Any]:
    columns = identity.model_dump(exclude={"other_identifier"})
    columns["last_name_key"] = identity.last_name.casefold()
    if other := identity.other_identifier:
        columns |= {
            "other_identifier_kind": other.kind,
            "other_identifier_country": other.country,
            "other_identifier": other.value,
        }
    return columns


def _identifiers(identity: Identity) -> list[str]:
    """What the person is known by, in an order that keeps two registrations from waiting for each other."""
    other = identity.other_identifier
    known_as = (identity.personal_code, other and f"{other.kind}:{other.country}:{other.value}")
    return sorted(identifier for identifier in known_as if identifier)
