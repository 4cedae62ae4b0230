"""HTTP: record that data were given to somebody outside, read what was given."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.case.clients.problems import ClientNotFound
from services.case.clients.routes import ClientInPath
from services.case.disclosures import service, store
from services.case.disclosures.models import Disclosure
from services.case.disclosures.problems import DisclosureNotFound, DisclosureRefused
from services.case.disclosures.schemas import DisclosureForm, DisclosureOut
from shared.actor import Role
from shared.http.clients import ClientId
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, problems
from shared.http.routing import OFFICERS, Router, Work

PATH = "/clients/{client_id}/disclosures"
TAGS = ["Sharing the record"]

router = Router(prefix=PATH, tags=TAGS)
for_the_person_too = Router(prefix=PATH, tags=TAGS, roles=OFFICERS | {Role.PERSON})


async def disclosure_in_path(client_id: ClientId, disclosure_id: UUID, work: Work) -> Disclosure:
    """The disclosure of the path, under the actor's rights."""
    return await store.disclosure(work, client_id, disclosure_id)


DisclosureInPath = Annotated[Disclosure, Depends(disclosure_in_path)]


@router.post("", status_code=201, responses=problems(ClientNotFound, DisclosureRefused, Invalid))
async def record_disclosure(client: ClientInPath, form: DisclosureForm, work: Work) -> DisclosureOut:
    """Record that data of the client were given to somebody outside the system."""
    return await work.answer(DisclosureOut, await service.record(work, client.id, form))


@for_the_person_too.get("")
async def list_disclosures(client_id: ClientId, work: Work, paging: Paged) -> Page[DisclosureOut]:
    """Disclosures about the client: the agency's own, or, for the person, all of them."""
    return (await store.of_client(work, client_id, paging)).shown(DisclosureOut)


@for_the_person_too.get("/{disclosure_id}", responses=problems(DisclosureNotFound))
async def read_disclosure(disclosure: DisclosureInPath, work: Work) -> DisclosureOut:
    """One disclosure."""
    return await work.answer(DisclosureOut, disclosure)
