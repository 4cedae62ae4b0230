"""Every query on requests to put the record right."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.case.clients.models import SECTIONS
from services.case.rectifications.models import Rectification
from services.case.rectifications.problems import RectificationNotFound
from services.case.versions.models import Section
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest, page


async def request(work: UnitOfWork, rectification_id: UUID) -> Rectification:
    """One request."""
    return await work.one(select(Rectification).where(Rectification.id == rectification_id), RectificationNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Rectification]:
    """Requests about a client, newest first. Index: rectification_of_client."""
    return await newest(work, Rectification, paging, Rectification.client_id == client_id)


async def open_of_agency(work: UnitOfWork, paging: Paging) -> Slice[Rectification]:
    """Requests that the actor's agency has to answer, the most overdue first. Index: rectification_open."""
    mine = Rectification.owner_agency == work.actor.agency
    query = select(Rectification).where(mine, Rectification.decided_at.is_(None))
    return await page(work, query, paging, Rectification.due_on, Rectification.id, ascending=True)


async def has_open(work: UnitOfWork, client_id: UUID, section: str | None = None) -> bool:
    """Whether there is an unanswered request about a section, or about any. Index: rectification_of_client."""
    query = select(Rectification.id).where(Rectification.client_id == client_id, Rectification.decided_at.is_(None))
    of_section = query if section is None else query.where(Rectification.section == section)
    return bool(await work.check(of_section.limit(1)))


async def claims(work: UnitOfWork, requests: Sequence[Rectification]) -> dict[UUID, Section]:
    """The proposed versions that hold what requests claim, as far as the actor may see them. Index: primary keys."""
    by_section: dict[str, list[UUID]] = defaultdict(list)
    for one in requests:
        by_section[one.section].append(one.version_id)
    return {
        version.id: version
        for section, ids in by_section.items()
        for version in await work.all(select(SECTIONS[section]).where(SECTIONS[section].id.in_(ids)))
    }
