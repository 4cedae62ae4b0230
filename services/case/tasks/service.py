"""Use cases of tasks: one unit of work each."""

from uuid import UUID

from services.case.cases import store as cases
from services.case.cases.models import Case
from services.case.tasks import rules, store
from services.case.tasks.models import Task
from services.case.tasks.problems import TaskRefused
from services.case.tasks.rules import TaskStatus
from services.case.tasks.schemas import TaskForm
from shared.access.categories import Category
from shared.db.work import UnitOfWork
from shared.events.catalog.case import TaskAdded
from shared.events.catalog.network import MeetingDecisionMade
from shared.http.paging import Paging, Slice
from shared.ids import new_id


class NoCaseForDecision(Exception):
    """Neither the agency responsible for a decision nor the one that convened the meeting has an open case."""


async def add(work: UnitOfWork, case: Case, form: TaskForm) -> Task:
    """Put a task on the case."""
    if unmet := rules.adding_unmet(form.due_on, work.clock.today()):
        raise TaskRefused(unmet)
    responsible = form.responsible or work.actor.officer
    return _put(work, case, title=form.title, due_on=form.due_on, responsible=responsible)


async def of_case(work: UnitOfWork, case_id: UUID, paging: Paging) -> Slice[Task]:
    """Tasks of a case; where the actor sees none, CaseNotFound unless it sees the case."""
    found = await store.of_case(work, case_id, paging)
    if not found.rows and not found.is_continued:
        await cases.case(work, case_id)
    return found


async def complete(work: UnitOfWork, task: Task) -> Task:
    """The task is done."""
    work.expect(task)
    if unmet := rules.completion_unmet(TaskStatus(task.status)):
        raise TaskRefused(unmet)
    task.status, task.done_at = TaskStatus.DONE, work.clock.now()
    return task


async def take_over(work: UnitOfWork, decided: MeetingDecisionMade) -> Task:
    """Turn a meeting's decision into a task on the case of the agency responsible, or else of the one that convened.

    The event carries no words, so they are asked of the network service, which owns them.
    """
    case = await _case_for(work, decided)
    decision = await work.ask("network", "GET", f"/internal/decisions/{decided.decision_id}", purpose="task")
    return _put(
        work,
        case,
        title=decision["text"],
        due_on=decided.due_on,
        responsible=decided.responsible_officer,
        meeting_id=decided.meeting_id,
        decision_id=decided.decision_id,
    )


async def _case_for(work: UnitOfWork, decided: MeetingDecisionMade) -> Case:
    """The case that gets the task.

    Records may have been merged or parted since: the client is whoever the case is with that the meeting was held on.
    """
    named = await cases.client_of(work, decided.case_id) if decided.case_id else None
    client_id = named or await work.aliases.survivor(decided.client_id)
    for agency in (decided.responsible_agency, decided.convening_agency):
        if case_id := await cases.open_case_id(work, client_id, agency):
            return await cases.case(work, case_id)
    raise NoCaseForDecision


def _put(work: UnitOfWork, case: Case, **what: object) -> Task:
    task = Task(
        id=new_id(),
        owner_agency=case.owner_agency,
        client_id=case.client_id,
        category=Category.PLAN,
        case_id=case.id,
        status=TaskStatus.OPEN,
        **what,
    )
    work.add(task)
    event = TaskAdded(client_id=case.client_id, case_id=case.id, task_id=task.id, due_on=task.due_on)
    work.announce(event, of=task)
    return task
