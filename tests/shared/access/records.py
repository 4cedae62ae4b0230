"""Entries of one agency, grants to another, and what the access log tells of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from shared.access.categories import Category, Ground
from shared.access.models import AccessEntry, AccessGrant
from shared.ids import new_id
from tests.shared.diary import Entry
from tests.support.service import Running
from tests.support.waiting import until

OWNER, OTHER = "tamme", "unemployment-fund"


async def logged(diary: Running, client: UUID) -> list[AccessEntry]:
    """The entries about a client, oldest first."""
    async with diary.work() as work:
        return list(
            await work.all(select(AccessEntry).where(AccessEntry.client_id == client).order_by(AccessEntry.seq))
        )


async def told(diary: Running, client: UUID) -> list[tuple[str, str, str, list[str]]]:
    """Who did what to which categories of a client's data, on which ground."""
    return [(row.agency, row.action, row.ground, row.categories) for row in await logged(diary, client)]


async def entry_of(diary: Running, client: UUID, category: Category = Category.JOURNAL) -> UUID:
    """An entry of the owning agency, of which the log knows nothing."""
    entry = Entry(id=new_id(), owner_agency=OWNER, client_id=client, category=category, text="x")
    async with diary.work() as work:
        work.add(entry)
        await work.flush()
        work.ledger.clear()
        await work.commit()
    return entry.id


async def opened(diary: Running, client: UUID, **changes: Any) -> None:
    """Let the other agency see the owner's journal."""
    now = diary.runtime.clock.now()
    terms = {"grantee": OTHER, "category": Category.JOURNAL, "source_agency": OWNER, "ground": Ground.CONSENT}
    row = {"id": new_id(), "grant_id": new_id(), "client_id": client, "valid_from": now} | terms | changes
    async with diary.work() as work:
        await work.execute(insert(AccessGrant).values(row))
        await work.commit()


async def waits_for_aliases(diary: Running) -> None:
    """Until somebody waits for the aliases."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE relation = 'merged_client'::regclass AND NOT granted")
    async with diary.runtime.engine.connect() as connection:
        await until(lambda: connection.scalar(waiting), bool)
