"""The queries that run for ever or for everybody are served by their indexes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from services.feedback.indices import store as indices
from services.feedback.invitations import store as invitations
from services.feedback.triggers import store as triggers
from shared.db.work import UnitOfWork
from tests.feedback.driver import WORKING_DAY, Feedback

MANY = """
    INSERT INTO survey_trigger (id, owner_agency, client_id, category, version, sequence, created_at,
        case_id, contact_id, service, nature, occurred_at)
    SELECT gen_random_uuid(), 'tamme', gen_random_uuid(), 'feedback', 1, 1, now(),
        gen_random_uuid(), gen_random_uuid(), 'counselling', 'voluntary', now()
    FROM generate_series(1, 5000);
    INSERT INTO survey_decision (id, trigger_id, position, outcome, rule, decided_at)
    SELECT gen_random_uuid(), id, 1, 'sent', 'decision.due', now() FROM survey_trigger;
    INSERT INTO invitation (id, owner_agency, client_id, category, version, sequence, created_at, trigger_id, survey,
        survey_version, kind, service, nature, occurred_at, state, due_at, next_attempt_at, attempts, expires_at)
    SELECT gen_random_uuid(), owner_agency, client_id, category, 1, 1, now(), id, 'recommendation',
        1, 'contact', service, nature, occurred_at, 'sent', now(), now() + random() * interval '1 year', 0, now()
    FROM survey_trigger;
    INSERT INTO answer (id, owner_agency, client_id, category, version, sequence, created_at, invitation_id, survey,
        survey_version, service, nature)
    SELECT id, CASE WHEN random() < 0.01 THEN 'probation' ELSE 'tamme' END, client_id, category, 1, 1, now(), id,
        survey, survey_version, service, nature
    FROM invitation;
    UPDATE invitation SET state = 'planned' WHERE id IN (SELECT id FROM invitation LIMIT 50);
    ANALYZE survey_trigger, invitation, answer;
"""


@pytest.fixture
async def crowded(feedback: Feedback) -> Feedback:
    """Five thousand people who were asked."""
    feedback.set_clock(WORKING_DAY)
    async with feedback.running.runtime.engine.begin() as connection:
        for statement in MANY.split(";"):
            if statement.strip():
                await connection.exec_driver_sql(statement)
    return feedback


@contextmanager
def statements(work: UnitOfWork) -> Iterator[list[tuple[str, Any]]]:
    """The statements that a unit of work sends, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        sent.append((statement, parameters))

    engine = work.session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def plan(work: UnitOfWork, statement: tuple[str, Any]) -> str:
    """How PostgreSQL would carry out a statement."""
    connection = await work.session.connection()
    rows = await connection.exec_driver_sql("EXPLAIN " + statement[0], statement[1])
    return "\n".join(row[0] for row in rows)


async def test_what_is_due_is_found_by_its_index(crowded: Feedback) -> None:
    async with crowded.running.work() as work:
        with statements(work) as sent:
            await invitations.next_due(work, WORKING_DAY)
        assert "Index Scan using invitation_due" in await plan(work, sent[0])


async def test_the_quarantine_is_looked_up_by_person(crowded: Feedback) -> None:
    (person,) = await crowded.sql("SELECT client_id FROM invitation LIMIT 1")
    async with crowded.running.work() as work:
        with statements(work) as sent:
            assert len(await triggers.approaches_to(work, person[0])) == 1
        assert "invitation_of_client" in await plan(work, sent[0])


@pytest.mark.parametrize("column", ["client_id", "case_id"])
async def test_decisions_are_listed_by_index(crowded: Feedback, column: str) -> None:
    (row,) = await crowded.sql(f"SELECT {column} FROM survey_trigger LIMIT 1")  # noqa: S608
    actor = crowded.running.actor("tamme")
    async with crowded.running.agency("tamme") as officer, crowded.running.work(actor) as work:
        with statements(work) as sent:
            found = await officer.get("/api/v1/triggers", params={column: str(row[0])})
        assert len(found.json()["items"]) == 1
        listing = next(statement for statement in sent if "FROM survey_trigger" in statement[0])
        assert f"survey_trigger_of_{column.removesuffix('_id')}" in await plan(work, listing)


async def test_an_index_counts_the_answers_of_one_agency_only(crowded: Feedback) -> None:
    async with crowded.running.work() as work:
        with statements(work) as sent:
            await indices.counts(work, "probation", "recommendation", None)
        assert "answer_to_survey" in await plan(work, sent[0])
