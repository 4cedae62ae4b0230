"""HTTP: take a notice, decide whether to react."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.case.notices import service, store
from services.case.notices.models import Notice
from services.case.notices.problems import NoticeNotFound, ReactionRefused
from services.case.notices.schemas import NoticeForm, NoticeOut, ReactionForm
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, StaleVersion, problems
from shared.http.routing import Router, Work

router = Router(prefix="/notices", tags=["Notices"])


async def notice_in_path(notice_id: UUID, work: Work) -> Notice:
    """The notice of the path, under the actor's rights."""
    return await store.notice(work, notice_id)


NoticeInPath = Annotated[Notice, Depends(notice_in_path)]


@router.post("", status_code=201, responses=problems(Invalid))
async def take_notice(form: NoticeForm, work: Work) -> NoticeOut:
    """Take a third party's notice that somebody needs help (form A, part 4)."""
    return await work.answer(NoticeOut, await service.take(work, form))


@router.get("")
async def list_notices(work: Work, paging: Paged) -> Page[NoticeOut]:
    """The agency's notices, newest first."""
    return (await store.of_agency(work, paging)).shown(NoticeOut)


@router.get("/{notice_id}", responses=problems(NoticeNotFound))
async def read_notice(notice: NoticeInPath, work: Work) -> NoticeOut:
    """One notice."""
    return await work.answer(NoticeOut, notice)


@router.post("/{notice_id}/reaction", responses=problems(NoticeNotFound, ReactionRefused, StaleVersion, Invalid))
async def react_to_notice(notice: NoticeInPath, form: ReactionForm, work: Work) -> NoticeOut:
    """Decide whether the agency takes the notice up."""
    return await work.answer(NoticeOut, await service.react(work, notice, form))
