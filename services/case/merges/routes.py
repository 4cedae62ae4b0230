"""HTTP: look at two records side by side, merge them, see how far the services are, undo it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.case.clients.problems import ChangeRefused
from services.case.merges import service, store
from services.case.merges.models import Merge
from services.case.merges.problems import MergeNotFound, MergeRefused
from services.case.merges.schemas import MergeForm, MergeOut, MergePreview, Pair, ReversalForm
from shared.actor import Role
from shared.http.clients import AskedClient
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, StaleVersion, problems
from shared.http.routing import InLanguage, Router, Work

PATH = "/merges"
TAGS = ["Merging records"]

router = Router(prefix=PATH, tags=TAGS, roles={Role.REGISTRAR})
for_readers = Router(prefix=PATH, tags=TAGS)


async def merge_in_path(merge_id: UUID, work: Work) -> Merge:
    """The merge of the path, under the actor's rights."""
    return await store.merge(work, merge_id)


MergeInPath = Annotated[Merge, Depends(merge_in_path)]


@router.get("/preview", responses=problems(MergeRefused, Invalid))
async def preview_merge(pair: Annotated[Pair, Query()], work: Work, language: InLanguage) -> MergePreview:
    """Both records side by side: every field, what hangs on each, and what speaks for looking twice."""
    return await service.preview(work, pair, language)


@router.post("", status_code=201, responses=problems(MergeRefused, ChangeRefused, StaleVersion, Invalid))
async def merge_records(form: MergeForm, work: Work, language: InLanguage) -> MergeOut:
    """Merge one record into another; answers with the time at which each service had carried it out."""
    merge = await service.merge(work, form)
    view = await service.carried_out(work, merge, language)
    return await work.answer(MergeOut, merge, of=view)


@for_readers.get("")
async def list_merges(client_id: AskedClient, work: Work, paging: Paged, language: InLanguage) -> Page[MergeOut]:
    """The merges by which a record became what it is, newest first, undone ones among them."""
    found = await store.of_client(work, client_id, paging)
    shown = [MergeOut.of(view) for view in await service.views(work, found.rows, language)]
    return Page(items=shown, next=found.next)


@for_readers.get("/{merge_id}", responses=problems(MergeNotFound))
async def read_merge(merge: MergeInPath, work: Work, language: InLanguage) -> MergeOut:
    """One merge, with what each service has done, and what may be done next."""
    (view,) = await service.views(work, [merge], language)
    return await work.answer(MergeOut, merge, of=view)


@router.post("/{merge_id}/reversal", responses=problems(MergeNotFound, MergeRefused, StaleVersion, Invalid))
async def undo_merge(merge: MergeInPath, form: ReversalForm, work: Work, language: InLanguage) -> MergeOut:
    """Undo a merge: both records are as they were; what was made since stays with the survivor and is named."""
    await service.undo(work, merge, form)
    return await work.answer(MergeOut, merge, of=await service.carried_out(work, merge, language))
