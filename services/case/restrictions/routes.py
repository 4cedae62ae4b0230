"""HTTP: close a record to all but named officers, change that, open it again."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.case.clients.problems import ClientNotFound
from services.case.clients.routes import ClientInPath
from services.case.restrictions import service, store
from services.case.restrictions.models import Restriction
from services.case.restrictions.problems import RestrictionNotFound, RestrictionRefused
from services.case.restrictions.schemas import RestrictionForm, RestrictionOut, RestrictionReceiptOut
from shared.actor import Role
from shared.http.clients import ClientId
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, PreconditionRequired, StaleVersion, problems
from shared.http.routing import API, Router, Work

TAGS = ["Restricted persons"]
DECIDERS = frozenset({Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER})

router = Router(tags=TAGS, roles=DECIDERS)
for_the_person = Router(tags=TAGS, roles={Role.PERSON})


async def restriction_in_path(restriction_id: UUID, work: Work) -> Restriction:
    """The restriction of the path, if the agency decided it."""
    return await store.restriction(work, restriction_id)


RestrictionInPath = Annotated[Restriction, Depends(restriction_in_path)]


@router.post(
    "/clients/{client_id}/restrictions",
    status_code=201,
    responses=problems(ClientNotFound, RestrictionRefused, Invalid),
)
async def close_record(client: ClientInPath, form: RestrictionForm, work: Work) -> RestrictionOut:
    """Close a record to all but the officers named, in every service, the agency's own rows included."""
    restriction = await service.close(work, client, form)
    return await work.answer(RestrictionOut, restriction, at=f"{API}/restrictions")


@for_the_person.get("/clients/{client_id}/restrictions")
async def list_own_restrictions(client_id: ClientId, work: Work, paging: Paged) -> Page[RestrictionOut]:
    """To whom the person's own record is or was closed, newest first."""
    return (await store.of_client(work, client_id, paging)).shown(RestrictionOut)


@router.get("/restrictions")
async def list_restrictions(work: Work, paging: Paged) -> Page[RestrictionOut]:
    """Restrictions that the agency decided, newest first."""
    return (await store.of_agency(work, paging)).shown(RestrictionOut)


@router.get("/restrictions/{restriction_id}", responses=problems(RestrictionNotFound))
async def read_restriction(restriction: RestrictionInPath, work: Work) -> RestrictionOut:
    """One restriction that the agency decided."""
    return await work.answer(RestrictionOut, restriction)


@router.put(
    "/restrictions/{restriction_id}",
    responses=problems(RestrictionNotFound, RestrictionRefused, StaleVersion, PreconditionRequired, Invalid),
)
async def change_restriction(restriction: RestrictionInPath, form: RestrictionForm, work: Work) -> RestrictionOut:
    """Name other officers or another last day (If-Match required)."""
    return await work.answer(RestrictionOut, await service.change(work, restriction, form))


@router.post("/restrictions/{restriction_id}/lifting", responses=problems(RestrictionNotFound, StaleVersion))
async def lift_restriction(restriction: RestrictionInPath, work: Work) -> RestrictionOut:
    """Open the record again before its time."""
    return await work.answer(RestrictionOut, await service.lift(work, restriction))


@router.get("/restrictions/{restriction_id}/receipt", responses=problems(RestrictionNotFound))
async def read_restriction_receipt(restriction: RestrictionInPath, work: Work) -> RestrictionReceiptOut:
    """When each service had applied the newest decision."""
    return await service.receipt(work, restriction)
