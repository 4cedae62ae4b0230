"""HTTP: what a client is known by."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from services.case.clients.problems import ChangeRefused, ClientExists, ClientNotFound
from services.case.clients.routes import ClientInPath, ClientToChange, record_of
from services.case.clients.schemas import ClientOut
from services.case.identifiers import service
from services.case.identifiers.models import Identifier
from services.case.identifiers.problems import IdentifierNotFound, IdentifierRefused
from services.case.identifiers.schemas import EndingForm, IdentifierForm, IdentifierOut
from shared.actor import Role
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, NoGround, StaleVersion, problems
from shared.http.routing import OFFICERS, Router, Work

PATH, TAGS = "/clients", ["The client record"]

router = Router(prefix=PATH, tags=TAGS)
for_the_person_too = Router(prefix=PATH, tags=TAGS, roles=OFFICERS | {Role.PERSON})

CHANGED = (ClientNotFound, ClientExists, StaleVersion, ChangeRefused, IdentifierRefused, Invalid)


async def identifier_in_path(client: ClientToChange, identifier_id: Annotated[UUID, Path()]) -> Identifier:
    """The identifier of the path, on a record that is held for change."""
    return service.identifier_of(client, identifier_id)


IdentifierInPath = Annotated[Identifier, Depends(identifier_in_path)]


@for_the_person_too.get("/{client_id}/identifiers", responses=problems(ClientNotFound, NoGround))
async def list_identifiers(client: ClientInPath, work: Work, paging: Paged) -> Page[IdentifierOut]:
    """What the client is and was known by, last recorded first."""
    return await service.known_as(work, client, paging)


@router.post("/{client_id}/identifiers", responses=problems(*CHANGED))
async def add_identifier(client: ClientToChange, form: IdentifierForm, work: Work) -> ClientOut:
    """Let the client be known by a code or number, beside the others or in the place of one. Answers the record.

    The date of birth follows a personal code. What was replaced still leads to the record. Answers 409
    `client-exists` when somebody else is known by the same: the two records may be one person's.
    """
    return await record_of(work, await service.add(work, client, form))


@router.post("/{client_id}/identifiers/{identifier_id}/ending", responses=problems(IdentifierNotFound, *CHANGED))
async def end_identifier(
    client: ClientToChange, identifier: IdentifierInPath, form: EndingForm, work: Work
) -> ClientOut:
    """Say that a code or number has expired or never was the client's. A record is never left without one."""
    return await record_of(work, await service.end(work, client, identifier, form.ended_as))
