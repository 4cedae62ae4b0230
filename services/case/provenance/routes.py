"""HTTP: where each value of the record came from, and what it was before."""

from typing import Annotated

from fastapi import Query

from services.case.clients.problems import ClientNotFound
from services.case.clients.routes import ClientInPath
from services.case.provenance import service
from services.case.provenance.schemas import FormerValue, ProvenanceOut
from shared.actor import Role
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, NoGround, problems
from shared.http.routing import OFFICERS, Router, Work

router = Router(prefix="/clients/{client_id}", tags=["The client record"], roles=OFFICERS | {Role.PERSON})


@router.get("/provenance", responses=problems(ClientNotFound))
async def read_provenance(client: ClientInPath, work: Work) -> ProvenanceOut:
    """Where each value of the record came from that the agency, or the person, may see."""
    return await work.answer(ProvenanceOut, client, of=(client, service.sources(client)))


@router.get("/history", responses=problems(ClientNotFound, NoGround, Invalid))
async def read_history(
    client: ClientInPath,
    field: Annotated[
        str,
        Query(
            max_length=120,
            description="JSON pointer of the field; a part of a list is named by its id.",
            examples=["/contact/phone"],
        ),
    ],
    work: Work,
    paging: Paged,
) -> Page[FormerValue]:
    """What a field of the record says and said, newest first: each value, who gave it, from when until when."""
    return await service.history(work, client, field, paging)
