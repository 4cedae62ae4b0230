"""Tasks with a date on a case, added by hand or by a meeting's decision."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.case import receipts
from services.case.tasks import service
from services.case.tasks.service import NoCaseForDecision
from shared.actor import Role
from shared.events.catalog.network import MeetingDecisionMade
from shared.http.problems import Unavailable
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.service import Running


@pytest.fixture
async def opened(city: Agency) -> dict[str, Any]:
    """A case of the municipality."""
    return await city.opens_case((await city.registers())["id"])


def decision(client_id: str, due_on: date) -> MeetingDecisionMade:
    """That a meeting the municipality convened decided that the fund does something."""
    return MeetingDecisionMade(
        client_id=UUID(client_id),
        meeting_id=new_id(),
        decision_id=new_id(),
        convening_agency="tamme",
        responsible_agency="unemployment-fund",
        due_on=due_on,
    )


async def test_a_task_is_put_on_a_case_and_read_back(city: Agency, opened: dict[str, Any], today: date) -> None:
    task = await city.adds_task(opened, today, responsible="juhan.kask")
    assert await city.asks(f"/tasks/{task['id']}") == task
    assert (task["status"], task["done_at"], task["responsible"]) == ("open", None, "juhan.kask")
    assert (task["agency"], task["client_id"], task["due_on"]) == ("tamme", opened["client_id"], today.isoformat())


async def test_who_adds_a_task_is_responsible_unless_somebody_else_is_named(
    city: Agency, opened: dict[str, Any], today: date
) -> None:
    assert (await city.adds_task(opened, today))["responsible"] == "tamme.officer"


async def test_a_task_is_not_due_in_the_past(city: Agency, opened: dict[str, Any], today: date) -> None:
    refused = await told(city.adds_task(opened, today - timedelta(days=1)), 409)
    assert (refused.code, refused.unmet) == ("task-refused", ["task.due-in-the-past"])
    assert await city.tasks_of(opened) == []


async def test_tasks_are_listed_newest_first(city: Agency, opened: dict[str, Any], today: date) -> None:
    first = await city.adds_task(opened, today)
    second = await city.adds_task(opened, today)
    assert await city.tasks_of(opened) == [second, first]


async def test_a_decision_of_a_meeting_finds_the_client_of_its_case_whatever_was_merged_since(
    city: Agency, case: Running, callers: Callers, opened: dict[str, Any], today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "WAIT", timedelta(0))
    survivor = await city.registers()
    decided = decision(opened["client_id"], today)
    await callers.agency("tamme", Role.REGISTRAR).merges(await city.reads(opened["client_id"]), into=survivor)
    of_old_id, of_case = decided, decided.model_copy(update={"client_id": new_id(), "case_id": UUID(opened["id"])})

    for told_of in (of_old_id, of_case):
        async with case.work() as work:
            monkeypatch.setattr(work, "ask", _says)
            task = await service.take_over(work, told_of.model_copy(update={"decision_id": new_id()}))
            await work.commit()
        assert (str(task.case_id), str(task.client_id)) == (opened["id"], survivor["id"])


async def _says(*_: Any, **__: Any) -> dict[str, str]:
    return {"text": "Find a place in a course."}


async def test_a_task_is_finished_once(city: Agency, opened: dict[str, Any], today: date) -> None:
    task = await city.adds_task(opened, today)
    done = await city.finishes(task)
    assert (done["status"], done["version"]) == ("done", task["version"] + 1)
    assert done["done_at"] is not None
    refused = await told(city.finishes(task), 409)
    assert (refused.code, refused.unmet) == ("task-refused", ["task.already-done"])


async def test_a_task_that_changed_since_is_not_finished(city: Agency, opened: dict[str, Any], today: date) -> None:
    task = await city.adds_task(opened, today)
    stale = await told(city.sends(f"/tasks/{task['id']}/completion", If_Match='"7"'), 412)
    assert (stale.code, (await city.tasks_of(opened))[0]["status"]) == ("stale-version", "open")


async def test_another_agencys_task_is_not_there(
    city: Agency, fund: Agency, opened: dict[str, Any], today: date
) -> None:
    task = await city.adds_task(opened, today)
    await fund.opens_case(opened["client_id"])
    assert (await told(fund.asks(f"/tasks/{task['id']}"), 404)).code == "task-not-found"
    assert (await told(fund.finishes(task), 404)).code == "task-not-found"
    assert (await told(fund.tasks_of(opened), 404)).code == "case-not-found"
    assert (await told(fund.adds_task(opened, today), 404)).code == "case-not-found"


async def test_whoever_is_let_into_plans_alone_lists_the_tasks_without_the_case(
    city: Agency, fund: Agency, opened: dict[str, Any], today: date
) -> None:
    task = await city.adds_task(opened, today)
    await city.records_consent(opened["client_id"], to=fund.code, categories=("plan",), signed=today)
    assert (await told(fund.reads_case(opened), 404)).code == "case-not-found"
    assert await fund.asks(f"/tasks/{task['id']}") == task
    assert await fund.tasks_of(opened) == [task]


async def test_a_decision_about_somebody_with_whom_neither_agency_has_a_case_becomes_no_task(
    city: Agency, case: Running, today: date
) -> None:
    client = await city.registers()
    async with case.work() as work:
        with pytest.raises(NoCaseForDecision):
            await service.take_over(work, decision(client["id"], today))


async def test_while_the_decisions_words_cannot_be_asked_for_the_event_waits(
    opened: dict[str, Any], case: Running, today: date
) -> None:
    case.runtime.settings.peer_urls["network"] = "http://127.0.0.1:1"
    case.runtime.settings.peer_keys["network"] = "33" * 32
    async with case.work() as work:
        with pytest.raises(Unavailable):
            await service.take_over(work, decision(opened["client_id"], today))
