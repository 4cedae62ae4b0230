"""Use cases of identifiers: one unit of work each."""

from uuid import UUID

from services.case.clients import service as clients
from services.case.clients.models import Client
from services.case.identifiers import rules, store
from services.case.identifiers.models import Identifier
from services.case.identifiers.problems import IdentifierNotFound, IdentifierRefused
from services.case.identifiers.rules import EndedAs, IdentifierKind, birth_date_of
from services.case.identifiers.schemas import IdentifierForm, IdentifierOut
from services.case.versions.models import Section
from shared.access.categories import Category
from shared.db.work import UnitOfWork
from shared.http.days import to_come
from shared.http.paging import Page, Paging
from shared.http.problems import Invalid

IDENTITY = {"/identity": Category.IDENTITY}


async def known_as(work: UnitOfWork, client: Client, paging: Paging) -> Page[IdentifierOut]:
    """What a client is and was known by."""
    found = await store.of_client(work, client.id, paging)
    await clients.refuse_if_withheld(work, client, found, "identity")
    return found.shown(IdentifierOut)


async def add(work: UnitOfWork, client: Client, form: IdentifierForm) -> Client:
    """Let a client be known by something, beside what they are known by or in its place."""
    await clients.refuse_unless_may_change(work, client, IDENTITY)
    if form.kind is IdentifierKind.PERSONAL_CODE and birth_date_of(form.known().value) > work.clock.today():
        raise Invalid(errors=[to_come("/value")])
    known, live = form.known(), {one.id: one for one in client.known_by}
    kinds = {key: IdentifierKind(one.kind) for key, one in live.items()}
    is_known = any(one.leads_to_client and one.known == known for one in client.identifiers)
    if unmet := rules.addition_unmet(form.kind, kinds, form.replaces, is_known=is_known):
        raise IdentifierRefused(unmet)
    await clients.refuse_if_known(work, [known])
    source = clients.source_of(work)
    identifier = Identifier(**Identifier.of(known, source, **client.scope))
    client.identifiers.append(identifier)
    await work.flush()  # what takes the place of another is there before
    if form.replaces:
        live[form.replaces].end(form.replaced_as, source, identifier.id)
    fields = await clients.put_in_force(work, client, _born_as_told(work, client))
    await clients.tell_change(work, client, [f"identity.{known.kind}", *fields])
    return client


async def end(work: UnitOfWork, client: Client, identifier: Identifier, ended_as: EndedAs) -> Client:
    """Let a client no longer be known by something that has expired or never was theirs."""
    await clients.refuse_unless_may_change(work, client, IDENTITY)
    if unmet := rules.ending_unmet(identifier.id, {one.id for one in client.known_by}):
        raise IdentifierRefused(unmet)
    identifier.end(ended_as, clients.source_of(work))
    fields = await clients.put_in_force(work, client, _born_as_told(work, client))
    await clients.tell_change(work, client, [f"identity.{identifier.kind}", *fields])
    return client


def identifier_of(client: Client, identifier_id: UUID) -> Identifier:
    """What a client is or was known by under an id."""
    for identifier in client.identifiers:
        if identifier.id == identifier_id:
            return identifier
    raise IdentifierNotFound


def _born_as_told(work: UnitOfWork, client: Client) -> list[Section]:
    """The identity with the date of birth that the personal code tells, if there is a code and it said otherwise."""
    if client.identity is None or client.personal_code is None:
        return []
    born = birth_date_of(client.personal_code)
    following = client.identity.revised({"date_of_birth": born}, clients.source_of(work))
    return [following] if following else []
