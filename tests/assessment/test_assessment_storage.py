"""What the database itself holds to: its plan for the list, its constraints, and migrations that match the models."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import event

from shared.db import migrations
from tests.assessment.office import Office, made, somebody
from tests.support.service import Running

MANY_OTHERS = """
    INSERT INTO assessment (id, client_id, owner_agency, category, instrument, instrument_version, kind, assessor,
                            changed_at, created_at, version, sequence)
    SELECT gen_random_uuid(), gen_random_uuid(), 'tamme', 'needs', 'initial-mapping', 1, 'initial', 'somebody',
           now(), now(), 1, 0
    FROM generate_series(1, 5000)
"""


async def test_the_list_of_a_client_is_read_by_its_index(
    assessment: Running, assessment_database: str, city: Office
) -> None:
    client = somebody()
    await city.has_a_draft(client)
    asked: list[tuple[str, Any]] = []
    event.listen(
        assessment.runtime.engine.sync_engine,
        "before_cursor_execute",
        lambda connection, cursor, statement, parameters, context, many: asked.append((statement, parameters)),
    )
    made(await city.lists(client))
    ((query, parameters),) = [(text, given) for text, given in asked if "FROM assessment" in text]

    connection = await asyncpg.connect(assessment_database)
    try:
        await connection.execute(f"BEGIN; {MANY_OTHERS}; ANALYZE assessment")
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {query}", *parameters))
    finally:
        await connection.close()

    assert "assessment_of_client" in plan
    assert "Seq Scan on assessment" not in plan


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ("UPDATE assessment SET complex_need = true WHERE id = $1", "ck_assessment_completed_as_a_whole"),
        ("UPDATE assessment SET kind = 'superficial' WHERE id = $1", "ck_assessment_kind"),
        ("UPDATE assessed_need SET area = 'astrology' WHERE assessment_id = $1", "ck_assessed_need_area"),
        (
            "UPDATE assessed_need SET problem_id = gen_random_uuid() WHERE assessment_id = $1",
            "fk_assessed_need_problem",
        ),
    ],
)
async def test_the_database_refuses_what_the_rules_would(
    assessment_database: str, city: Office, broken: str, constraint: str
) -> None:
    draft = await city.has_all_but_completed(somebody())
    connection = await asyncpg.connect(assessment_database)
    try:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
            await connection.execute(broken, UUID(draft["id"]))
    finally:
        await connection.close()

    assert refused.value.constraint_name == constraint


async def test_migrations_make_what_the_models_have(assessment_database: str) -> None:
    assert await migrations.drift("assessment", assessment_database) == []
