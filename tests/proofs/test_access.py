"""The proof that every path shows the same rows: it finds nothing where nothing is, and every fault that is planted."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid4

import pytest
from fastapi import HTTPException
from sqlalchemy import select, text

from deploy.proofs.access import projections, taught
from deploy.proofs.access.finding import Finding
from deploy.proofs.access.inside import PREFIX
from deploy.proofs.access.operations import operations_of
from deploy.proofs.access.proof import judge_rows, prove
from deploy.proofs.access.site import LiveSite
from deploy.proofs.access.states import closed, consent, own_record
from deploy.proofs.access.world import World
from services.case.clients.models import Client, Social
from services.case.tasks.models import Task
from services.case.tasks.schemas import TaskOut
from shared.actor import Role
from shared.http.paging import Page, Paged, newest
from shared.http.problems import Forbidden, NotFound
from shared.http.routing import Router, Work
from tests.proofs.case_alone import case_alone
from tests.support.system import LiveSystem

A_MINUTE = 60
A_DAY = timedelta(days=1)
DOOR = """
    INSERT INTO access_grant (id, grant_id, client_id, grantee, category, ground, valid_from)
    VALUES ($1, $1, $2, 'probation', 'health', 'consent', $3)
"""
WORDS = """
    INSERT INTO outbox (id, subject, aggregate_id, envelope, created_at)
    VALUES ($1, 'evt.case.canary.planted', $1, $2, now())
"""

planted = Router(prefix="/planted", tags=["Planted"])


@planted.get("/clients/{client_id}/notes")
async def shows_past_the_hook(client_id: UUID, work: Work) -> list[str]:
    """What stands in everybody's records."""
    return [row.note for row in await work.check(select(Social.note).where(Social.client_id == client_id))]


@planted.get("/cases/{case_id}/tasks")
async def forgets_one(case_id: UUID, work: Work) -> list[TaskOut]:
    """All tasks but the first."""
    found = await work.all(select(Task).where(Task.case_id == case_id).order_by(Task.id))
    return [TaskOut.of(task) for task in found[1:]]


@planted.get("/tasks/{task_id}")
async def tells_that_it_exists(task_id: UUID, work: Work) -> TaskOut:
    """Another answer for a task that is somebody else's than for one that is nobody's."""
    task = await work.first(select(Task).where(Task.id == task_id))
    if task is None:
        raise Forbidden if await work.check(select(Task.id).where(Task.id == task_id)) else NotFound
    return TaskOut.of(task)


@planted.post("/tasks/{task_id}/renaming")
async def changes_past_the_hook(task_id: UUID, work: Work) -> None:
    """Another title for anybody's task."""
    await work.session.execute(text("UPDATE task SET title = 'Renamed' WHERE id = :id"), {"id": task_id})


@planted.get("/clients/{client_id}/tasks")
async def forgets_where_pages_meet(client_id: UUID, work: Work, paging: Paged) -> Page[TaskOut]:
    """All tasks but the first of every page that follows another."""
    found = await newest(work, Task, paging, Task.client_id == client_id)
    return Page(items=[TaskOut.of(task) for task in found.rows[paging.after is not None :]], next=found.next)


@planted.get("/register")
async def tells_all_in_a_table(work: Work, format: Literal["lines", "csv"] = "lines") -> list[str | None]:
    """The notes that the agency may see, and in a table everybody's."""
    if format == "csv":
        return [row.note for row in await work.check(select(Social.note))]
    return [row.note for row in await work.all(select(Social))]


@planted.get("/clients/{client_id}/oddity")
async def answers_as_nobody_expects(client_id: UUID, work: Work) -> None:
    """An answer that is described nowhere."""
    raise HTTPException(418)


@planted.get("/things/{thing_id}")
async def names_what_nobody_knows(thing_id: UUID, work: Work) -> None:
    """A parameter for which the world has no value."""


@planted.get("/emptiness")
async def shows_nobody(work: Work) -> list[TaskOut]:
    """A list in which nobody finds anything."""
    return []


@planted.post("/tidying")
async def names_nobody(work: Work) -> None:
    """A change that cannot be aimed at anybody."""


for_protection_officers = Router(prefix="/planted", tags=["Planted"], roles={Role.DATA_PROTECTION_OFFICER})


@for_protection_officers.post("/clients/{client_id}/erasures")
async def tells_protection_officers_who_is_known(client_id: UUID, work: Work) -> None:
    """Another answer for a client of others than for nobody."""
    if not await work.check(select(Client.id).where(Client.id == client_id)):
        raise NotFound


inside = Router(prefix="/internal/planted", tags=["Internal"])


@inside.get("")
async def lets_officers_in(work: Work) -> None:
    """What only services should be asked."""


FAULTS = {route.name for router in (planted, for_protection_officers, inside) for route in router.routes}  # type: ignore[attr-defined]


@pytest.mark.timeout(8 * A_MINUTE)
async def test_everybody_sees_by_every_path_what_they_may_and_nothing_else(system: LiveSystem) -> None:
    async with LiveSite.of(system.url, system.data) as site:
        found = await prove(site, quick=True)
        whole = {operation.name for operation in operations_of(await site.document())}
        behind = [operation for document in (await site.behind()).values() for operation in operations_of(document)]

    assert [str(mismatch) for mismatch in found.mismatches] == []
    whole |= {operation.name for operation in behind if operation.path.startswith(PREFIX)}
    assert whole - found.cells.keys() == taught.NAMES_NOBODY.keys()


@pytest.mark.timeout(8 * A_MINUTE)
async def test_a_fault_in_one_endpoint_is_found_and_named(case_database: str, tmp_path: Path) -> None:
    async with case_alone(case_database, tmp_path, planted, for_protection_officers, inside=(inside,)) as site:
        found = await prove(site, quick=True)

    assert {mismatch.where for mismatch in found.mismatches} == FAULTS


async def test_a_door_that_no_fact_opened_or_that_was_forgotten_is_found(case_database: str, tmp_path: Path) -> None:
    async with case_alone(case_database, tmp_path) as site, site.database("case") as connection:
        world = await World.made(site, (consent,))
        client = UUID(world.clients["consent"])
        await connection.execute(DOOR, uuid4(), client, world.now - A_DAY)
        await connection.execute("DELETE FROM access_grant WHERE client_id = $1 AND category = 'network'", client)

        found = Finding()
        await projections.compare(world, found)

    assert sorted((mismatch.who, mismatch.what) for mismatch in found.mismatches) == [
        ("probation", "is let into health of every agency and should not be"),
        ("unemployment-fund", "should see network of tamme and is not let in"),
    ]


async def test_words_in_an_event_are_found(case_database: str, tmp_path: Path) -> None:
    async with case_alone(case_database, tmp_path) as site, site.database("case") as connection:
        world = await World.made(site, (own_record,))
        word = next(iter(world.marks.authors))
        await connection.execute(WORDS, uuid4(), json.dumps({"data": {"name": word}}))

        found = Finding()
        await projections.compare(world, found)
        await connection.execute("DELETE FROM outbox WHERE subject = 'evt.case.canary.planted'")

    assert [(mismatch.where, mismatch.about) for mismatch in found.mismatches] == [
        ("events of case", "evt.case.canary.planted")
    ]


async def test_a_restriction_that_was_forgotten_is_found(case_database: str, tmp_path: Path) -> None:
    async with case_alone(case_database, tmp_path) as site, site.database("case") as connection:
        world = await World.made(site, (closed,))
        await connection.execute("DELETE FROM access_restriction WHERE client_id = $1", UUID(world.clients["closed"]))

        found = Finding()
        await projections.compare(world, found)

    assert [(mismatch.where, mismatch.about) for mismatch in found.mismatches] == [("restrictions of case", "closed")]


async def test_a_row_under_another_agencys_name_is_found(case_database: str, tmp_path: Path) -> None:
    async with case_alone(case_database, tmp_path) as site, site.database("case") as connection:
        world = await World.made(site, (own_record,))
        client = UUID(world.clients["own_record"])
        await connection.execute("UPDATE client_contact SET owner_agency = 'probation' WHERE client_id = $1", client)
        world.rows = await world.stored()

        found = Finding()
        judge_rows(world, found)

    assert [mismatch.who for mismatch in found.mismatches] == ["tamme"]
