"""HTTP: register a person, read and change the record."""

from typing import Annotated

from fastapi import Depends

from services.case.clients import service, store
from services.case.clients.models import Client
from services.case.clients.problems import ChangeRefused, ClientExists, ClientNotFound
from services.case.clients.schemas import Address, ByCode, ClientChange, ClientOut, Registration, Resolved
from services.case.duplicates.problems import ClientLikelyExists
from services.case.identifiers import store as identifiers
from services.case.identifiers.rules import Known
from shared.actor import Role
from shared.http.clients import ClientId
from shared.http.problems import Invalid, PreconditionRequired, StaleVersion, problems
from shared.http.routing import Router, Work

router = Router(prefix="/clients", tags=["The client record"])
internal = Router(prefix="/internal/clients", tags=["Internal"], roles={Role.SERVICE})

CHANGED = problems(ClientNotFound, StaleVersion, ChangeRefused, Invalid, PreconditionRequired)


async def client_in_path(client_id: ClientId, work: Work) -> Client:
    """The client of the path, under the actor's rights."""
    return await store.client(work, client_id)


async def client_to_change(client_id: ClientId, work: Work) -> Client:
    """The client of the path, held for change, if it is as the caller has seen it."""
    client = await store.client_to_change(work, client_id)
    await service.refuse_if_stale(work, client)
    return client


ClientInPath = Annotated[Client, Depends(client_in_path)]
ClientToChange = Annotated[Client, Depends(client_to_change)]


@router.post("", status_code=201, responses=problems(ClientExists, ClientLikelyExists, Invalid))
async def register_client(form: Registration, work: Work) -> ClientOut:
    """Register a person with form A, part 1.

    Answers 409 `client-exists` with the client who has the code already, and 409 `client-likely-exists` with masked
    hits when somebody very like the person has a record, unless `distinct_from` says that it is somebody else.
    """
    return await record_of(work, await service.register(work, form))


@router.get("/{client_id}", responses=problems(ClientNotFound))
async def read_client(client: ClientInPath, work: Work) -> ClientOut:
    """The record of a client, as far as the agency may see it."""
    return await record_of(work, client)


@router.patch(
    "/{client_id}", responses=problems(ClientNotFound, StaleVersion, ChangeRefused, Invalid, PreconditionRequired)
)
async def change_client(client: ClientToChange, changes: ClientChange, work: Work) -> ClientOut:
    """Replace sections of the record (If-Match required). A 412 carries the record as it is now."""
    return await record_of(work, await service.change(work, client, changes))


@internal.post("/by-code")
async def resolve_code(known: ByCode, work: Work) -> Resolved:
    """The client who has a personal code, for the gateway, which asks on behalf of that person."""
    return Resolved(client_id=await identifiers.client_of(work, [Known.by_code(known.personal_code)]))


@internal.post("/{client_id}/address", responses=problems(ClientNotFound))
async def read_address(client_id: ClientId, work: Work) -> Address:
    """Where a client is reached at this moment, for a service that is about to write to them."""
    return await service.address(work, client_id)


async def record_of(work: Work, client: Client, at: str | None = None) -> ClientOut:
    """The record as far as the actor may see it, with its version as ETag."""
    return await work.answer(ClientOut, client, of=await service.seen(work, client), at=at)
