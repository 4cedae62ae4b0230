"""Every query on notices."""

from uuid import UUID

from sqlalchemy import select

from services.case.notices.models import Notice
from services.case.notices.problems import NoticeNotFound
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest


async def notice(work: UnitOfWork, notice_id: UUID) -> Notice:
    """One notice."""
    return await work.one(select(Notice).where(Notice.id == notice_id), NoticeNotFound)


async def of_agency(work: UnitOfWork, paging: Paging) -> Slice[Notice]:
    """The actor's agency's notices, newest first. Index: notice_of_agency."""
    return await newest(work, Notice, paging, Notice.owner_agency == work.actor.agency)
