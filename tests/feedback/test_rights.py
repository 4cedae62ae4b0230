"""What feedback holds of a person: told to the person alone where it is their answer, and erased with all its parts."""

from typing import Any
from uuid import UUID

import pytest

from shared.access.categories import Category
from shared.actor import Role
from shared.http.problems import Unavailable
from shared.ids import new_id
from tests.feedback.driver import WORKING_DAY, Feedback


@pytest.fixture
async def client(feedback: Feedback) -> UUID:
    """Somebody who has answered a survey of the municipality."""
    feedback.set_clock(WORKING_DAY)
    contact = feedback.contact()
    await feedback.learns_of(contact)
    await feedback.answers(await feedback.link(contact), recommendation="9", comment="Aitäh!")
    return contact.client_id


async def tables(feedback: Feedback, client: UUID, role: Role, **more: Any) -> dict[str, dict[str, Any]]:
    """The rows that a reader is told of, by table."""
    agency = "residents" if role is Role.PERSON else "tamme"
    async with feedback.running.calls(feedback.running.actor(agency, role, **more)) as http:
        page = await http.get("/api/v1/feedback/holdings", params={"client_id": str(client)})
    return {row["table"]: row for row in page.raise_for_status().json()["items"]}


async def test_an_answer_is_told_to_the_person_alone(feedback: Feedback, client: UUID) -> None:
    own = await tables(feedback, client, Role.PERSON, person=client)
    agency = await tables(feedback, client, Role.DATA_PROTECTION_OFFICER)

    assert {part["table"]: part["values"] for part in own["answer"]["parts"]} == {
        "answer_score": {"question": "recommendation", "score": 9},
        "answer_text": {"question": "comment", "text": "Aitäh!"},
    }
    assert agency.keys() == own.keys() - {"answer"}


@pytest.mark.parametrize("scope", [{}, {"agency": "tamme", "categories": [Category.FEEDBACK]}])
async def test_an_order_erases_rows_with_all_that_hangs_on_them(
    feedback: Feedback, client: UUID, scope: dict[str, Any]
) -> None:
    said = await feedback.erases(client, **scope)

    assert said["erased"].items() >= {"answer": 1, "answer_score": 1, "answer_text": 1}.items()
    for table in ("survey_trigger", "survey_decision", "invitation", "answer", "answer_score", "answer_text"):
        assert await feedback.count(table) == 0, table


async def test_another_agencys_order_takes_nothing(feedback: Feedback, client: UUID) -> None:
    said = await feedback.erases(client, agency="probation", categories=list(Category))

    assert said["erased"] == {}
    assert await feedback.count("answer_score") == 1
    assert await feedback.sql("SELECT 1 FROM access_log WHERE action = 'erase'") == []


async def test_an_order_waits_for_who_is_writing_about_anybody(feedback: Feedback, client: UUID) -> None:
    async with feedback.running.work() as work:
        await work.aliases.survivor(new_id())
        with pytest.raises(Unavailable):
            await feedback.erases(client)
    assert await feedback.count("answer") == 1
