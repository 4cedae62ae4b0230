"""Every query on tasks."""

from uuid import UUID

from sqlalchemy import select

from services.case.tasks.models import Task
from services.case.tasks.problems import TaskNotFound
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest


async def task(work: UnitOfWork, task_id: UUID) -> Task:
    """One task."""
    return await work.one(select(Task).where(Task.id == task_id), TaskNotFound)


async def of_case(work: UnitOfWork, case_id: UUID, paging: Paging) -> Slice[Task]:
    """Tasks of a case, newest first. Index: task_of_case."""
    return await newest(work, Task, paging, Task.case_id == case_id)
