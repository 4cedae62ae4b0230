"""HTTP: tasks of a case."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.case.cases.problems import CaseNotFound
from services.case.cases.routes import CaseInPath
from services.case.tasks import service, store
from services.case.tasks.models import Task
from services.case.tasks.problems import TaskNotFound, TaskRefused
from services.case.tasks.schemas import TaskForm, TaskOut
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, StaleVersion, problems
from shared.http.routing import API, Router, Work

router = Router(tags=["Tasks"])


async def task_in_path(task_id: UUID, work: Work) -> Task:
    """The task of the path, under the actor's rights."""
    return await store.task(work, task_id)


TaskInPath = Annotated[Task, Depends(task_in_path)]


@router.post("/cases/{case_id}/tasks", status_code=201, responses=problems(CaseNotFound, TaskRefused, Invalid))
async def add_task(case: CaseInPath, form: TaskForm, work: Work) -> TaskOut:
    """Put a task with a date on the case."""
    task = await service.add(work, case, form)
    return await work.answer(TaskOut, task, at=f"{API}/tasks")


@router.get("/cases/{case_id}/tasks", responses=problems(CaseNotFound))
async def list_tasks(case_id: UUID, work: Work, paging: Paged) -> Page[TaskOut]:
    """Tasks of the case, newest first; whoever may see the plan alone sees them without the case."""
    return (await service.of_case(work, case_id, paging)).shown(TaskOut)


@router.get("/tasks/{task_id}", responses=problems(TaskNotFound))
async def read_task(task: TaskInPath, work: Work) -> TaskOut:
    """One task."""
    return await work.answer(TaskOut, task)


@router.post("/tasks/{task_id}/completion", responses=problems(TaskNotFound, TaskRefused, StaleVersion))
async def complete_task(task: TaskInPath, work: Work) -> TaskOut:
    """The task is done."""
    return await work.answer(TaskOut, await service.complete(work, task))
