"""HTTP: what a client is known by, and by which keys the agency's own systems know them."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Response

from services.case.clients.problems import ChangeRefused, ClientExists, ClientNotFound
from services.case.clients.routes import ClientInPath, ClientToChange, record_of
from services.case.clients.schemas import ClientOut
from services.case.identifiers import service, store
from services.case.identifiers.models import ExternalId, Identifier
from services.case.identifiers.problems import ExternalIdNotFound, IdentifierNotFound, IdentifierRefused
from services.case.identifiers.schemas import (
    EndingForm,
    ExternalIdForm,
    ExternalIdOut,
    IdentifierForm,
    IdentifierOut,
    UpsertForm,
)
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, PreconditionRequired, StaleVersion, problems
from shared.http.routing import API, Router, Work

router = Router(prefix="/clients", tags=["The client record"])

CHANGED = (ClientNotFound, ClientExists, StaleVersion, ChangeRefused, IdentifierRefused, Invalid)


async def identifier_in_path(client: ClientToChange, identifier_id: Annotated[UUID, Path()]) -> Identifier:
    """The identifier of the path, on a record that is held for change."""
    return service.identifier_of(client, identifier_id)


async def external_id_in_path(client: ClientToChange, external_id: Annotated[UUID, Path()], work: Work) -> ExternalId:
    """The agency's key of the path."""
    return await store.external_of_client(work, client.id, external_id)


IdentifierInPath = Annotated[Identifier, Depends(identifier_in_path)]
ExternalIdInPath = Annotated[ExternalId, Depends(external_id_in_path)]


@router.post("/upsert", responses=problems(*CHANGED) | {201: {"model": ClientOut, "description": "A new record."}})
async def upsert_client(form: UpsertForm, work: Work, response: Response) -> ClientOut:
    """Let the record be as the agency's own system holds it, found by that system's key or by an identifier.

    Only what is given is replaced. Answers 201 with a new record; 409 with the record's address where somebody is
    known by the identifier whose record the agency may not see.
    """
    client, is_new = await service.upsert(work, form.external_id.key(), form.record)
    if is_new:
        response.status_code = 201
    return await record_of(work, client, at=f"{API}/clients")


@router.get("/{client_id}/identifiers", responses=problems(ClientNotFound))
async def list_identifiers(client: ClientInPath, work: Work, paging: Paged) -> Page[IdentifierOut]:
    """What the client is and was known by, last recorded first."""
    return (await store.of_client(work, client.id, paging)).shown(IdentifierOut)


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


@router.get("/{client_id}/external-ids", responses=problems(ClientNotFound))
async def list_external_ids(client: ClientInPath, work: Work, paging: Paged) -> Page[ExternalIdOut]:
    """By which keys the agency's own systems know the client, last linked first. Other agencies see none of them."""
    return (await store.externals(work, client.id, paging)).shown(ExternalIdOut)


@router.post("/{client_id}/external-ids", responses=problems(ClientNotFound, ClientExists, Invalid))
async def link_external_id(client: ClientToChange, form: ExternalIdForm, work: Work) -> ExternalIdOut:
    """Note by which key a system of the agency knows the client. Linked again, it stays as it is."""
    return ExternalIdOut.model_validate(await service.link(work, client, form.key()))


@router.delete(
    "/{client_id}/external-ids/{external_id}",
    status_code=204,
    responses=problems(ExternalIdNotFound, ClientNotFound, StaleVersion, PreconditionRequired),
)
async def unlink_external_id(client: ClientToChange, external_id: ExternalIdInPath, work: Work) -> None:
    """Forget by which key a system of the agency knows the client (If-Match of the record required)."""
    await service.unlink(work, external_id)
