"""HTTP: start a retention run, and see what it finds."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.case.retention import service, store
from services.case.retention.models import RetentionRun
from services.case.retention.problems import RetentionRefused, RunNotFound
from services.case.retention.schemas import RunForm, RunOut
from shared.actor import Role
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, problems
from shared.http.routing import Router, Work

router = Router(prefix="/retention-runs", tags=["Rights of the person"], roles={Role.DATA_PROTECTION_OFFICER})


async def run_in_path(run_id: UUID, work: Work) -> RetentionRun:
    """The run of the path, if it is the agency's."""
    return await store.run(work, run_id)


RunInPath = Annotated[RetentionRun, Depends(run_in_path)]


@router.post("", status_code=201, responses=problems(RetentionRefused, Invalid))
async def start_retention_run(form: RunForm, work: Work) -> RunOut:
    """Find what the agency need not keep any more, by its profile; erase it unless this is a dry run."""
    return await work.answer(RunOut, await service.start(work, form))


@router.get("")
async def list_retention_runs(work: Work, paging: Paged) -> Page[RunOut]:
    """The agency's runs, newest first."""
    return (await store.of_agency(work, paging)).shown(RunOut)


@router.get("/{run_id}", responses=problems(RunNotFound))
async def read_retention_run(run: RunInPath, work: Work) -> RunOut:
    """How far a run has come, and what it has found: by category and service, with days and counts."""
    return await work.answer(RunOut, run)
