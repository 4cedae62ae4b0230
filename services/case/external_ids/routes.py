"""HTTP: by which keys the agency's own systems know a client, and records taken over from them."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Response

from services.case.clients.problems import ChangeRefused, ClientExists, ClientNotFound
from services.case.clients.routes import ClientInPath, ClientToChange, record_of
from services.case.clients.schemas import ClientOut
from services.case.external_ids import service, store
from services.case.external_ids.models import ExternalId
from services.case.external_ids.problems import ExternalIdNotFound
from services.case.external_ids.schemas import ExternalIdForm, ExternalIdOut, UpsertForm
from services.case.identifiers.problems import IdentifierRefused
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, PreconditionRequired, StaleVersion, problems
from shared.http.routing import API, Router, Work

router = Router(prefix="/clients", tags=["The client record"])

UPSERTED = problems(ClientNotFound, ClientExists, StaleVersion, ChangeRefused, IdentifierRefused, Invalid)


async def external_id_in_path(client: ClientToChange, external_id: Annotated[UUID, Path()], work: Work) -> ExternalId:
    """The agency's key of the path."""
    return await store.one_of_client(work, client.id, external_id)


ExternalIdInPath = Annotated[ExternalId, Depends(external_id_in_path)]


@router.post("/upsert", responses=UPSERTED | {201: {"model": ClientOut, "description": "A new record."}})
async def upsert_client(form: UpsertForm, work: Work, response: Response) -> ClientOut:
    """Let the record be as the agency's own system holds it, found by that system's key or by an identifier.

    Only what is given is replaced. Answers 201 with a new record; 409 with the record's address where somebody is
    known by the identifier whose record the agency may not see.
    """
    client, is_new = await service.upsert(work, form.external_id.key(), form.record)
    if is_new:
        response.status_code = 201
    return await record_of(work, client, at=f"{API}/clients")


@router.get("/{client_id}/external-ids", responses=problems(ClientNotFound))
async def list_external_ids(client: ClientInPath, work: Work, paging: Paged) -> Page[ExternalIdOut]:
    """By which keys the agency's own systems know the client, last linked first. Other agencies see none of them."""
    return (await store.of_client(work, client.id, paging)).shown(ExternalIdOut)


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
