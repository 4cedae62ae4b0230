"""HTTP: found a network of agencies, replace its charter, read networks."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from services.network.networks import service, store
from services.network.networks.problems import NetworkExists, NetworkNotFound, NetworkRefused, NotKeeper
from services.network.networks.schemas import Charter, NetworkCode, NetworkOut
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, InvalidField, PreconditionRequired, StaleVersion, problems
from shared.http.routing import API, Router, Work

router = Router(prefix="/networks", tags=["Networks of agencies"])

Reference = Annotated[UUID | NetworkCode, Path(description="The network's code or id.")]


@router.post("", status_code=201, responses=problems(NetworkExists, NetworkRefused, Invalid))
async def found_network(charter: Charter, work: Work) -> NetworkOut:
    """Found a network of agencies with its charter."""
    return await work.answer(NetworkOut, await service.found(work, charter))


@router.get("", responses=problems(Invalid))
async def list_networks(work: Work, paging: Paged) -> Page[NetworkOut]:
    """Every network, the newest first: who works together on what, for all agencies to see."""
    return (await store.networks(work, paging)).shown(NetworkOut)


@router.get("/{reference}", responses=problems(NetworkNotFound))
async def read_network(reference: Reference, work: Work) -> NetworkOut:
    """One network with its charter."""
    return await work.answer(NetworkOut, await store.network(work, reference))


@router.put(
    "/{reference}",
    responses={
        **problems(NetworkRefused, NotKeeper, StaleVersion, PreconditionRequired, Invalid),
        201: {"model": NetworkOut, "description": "The network is new."},
    },
)
async def put_network(reference: Reference, charter: Charter, work: Work, response: Response) -> NetworkOut:
    """Found the network of this code, or replace its charter (If-Match required when anything changes)."""
    if reference != charter.code:
        wrong = InvalidField(pointer="/code", code="code_mismatch", detail="The code is not that of the path.")
        raise Invalid(errors=[wrong])
    network, is_new = await service.put(work, charter)
    response.status_code = 201 if is_new else 200
    return await work.answer(NetworkOut, network, at=f"{API}/networks")
