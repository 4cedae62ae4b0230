"""What the database itself holds to: its plans for the lists, its constraints, migrations that match the models."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import event

from services.network.app import app, service
from shared.db import migrations
from shared.events.catalog.case import (
    ErasureOrdered,
    GrantClosed,
    GrantOpened,
    MergeMade,
    MergeUndone,
    RestrictionDecided,
)
from shared.events.catalog.each_service import LOG_ANCHORED
from shared.ids import new_id
from tests.network.forms import MAPS, MEETINGS, a_map, an_agenda, the_minutes
from tests.support.service import Running

MANY_MAPS = """
    INSERT INTO network_map (id, client_id, owner_agency, category, drawn_on, drawn_by, members, ties, created_at,
                             version, sequence)
    SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN $1 ELSE gen_random_uuid() END, 'tamme', 'network',
           date '2020-01-01' + n % 1000, 'client', '[]', '[]', now(), 1, 0
    FROM generate_series(1, 4000) AS n
"""
MANY_MEETINGS = """
    INSERT INTO meeting (id, client_id, owner_agency, category, case_id, aim, organiser, planned_on, starts_at, ends_at,
                         institution, agenda, invited, created_at, version, sequence)
    SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN $1 ELSE gen_random_uuid() END, 'tamme', 'network',
           gen_random_uuid(), 'aim', 'officer', date '2020-01-01' + n % 1000, '14:00', '15:00', 'here', '[]', '[]',
           now(), 1, 0
    FROM generate_series(1, 4000) AS n
"""


@pytest.mark.parametrize(
    ("path", "table", "index", "many"),
    [
        (MAPS, "network_map", "network_map_of_client", MANY_MAPS),
        (MEETINGS, "meeting", "meeting_of_client", MANY_MEETINGS),
    ],
)
async def test_each_page_of_a_clients_list_is_read_by_its_index_and_not_sorted(
    network: Running, network_database: str, path: str, table: str, index: str, many: str
) -> None:
    client_id = str(new_id())
    async with network.agency("tamme") as city:
        for day in ("2026-01-05", "2026-03-05"):
            form = a_map(client_id, drawn_on=day) if path == MAPS else an_agenda(client_id, planned_on=day)
            await city.post(path, json=form)
        asked: list[tuple[str, Any]] = []
        event.listen(
            network.runtime.engine.sync_engine,
            "before_cursor_execute",
            lambda connection, cursor, statement, parameters, context, many: asked.append((statement, parameters)),
        )
        first = await city.get(path, params={"client_id": client_id, "limit": 1})
        await city.get(first.links["next"]["url"])
    pages = [(statement, parameters) for statement, parameters in asked if f"FROM {table} \n" in statement]
    assert len(pages) == 2

    for statement, parameters in pages:
        plan = await plan_among(network_database, many, UUID(client_id), table, statement, parameters)
        assert index in plan
        assert "Sort" not in plan
        assert f"Seq Scan on {table}" not in plan


async def plan_among(database: str, many: str, client_id: UUID, table: str, query: str, parameters: Any) -> str:
    """The plan of a query when the table is large; nothing of it stays."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute("BEGIN")
        await connection.execute(many, client_id)
        await connection.execute(f"ANALYZE {table}")
        return "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {query}", *parameters))
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ("UPDATE meeting SET number = NULL WHERE id = $1", "ck_meeting_numbered_when_minuted"),
        ("UPDATE meeting SET ends_at = '13:00' WHERE id = $1", "ck_meeting_ends_after_start"),
        ("UPDATE decision SET dissent = 'no' WHERE meeting_id = $1", "ck_decision_dissent_put_down"),
    ],
)
async def test_the_database_refuses_what_the_rules_would(
    network: Running, network_database: str, broken: str, constraint: str
) -> None:
    async with network.agency("tamme") as city:
        meeting = (await city.post(MEETINGS, json=an_agenda(str(new_id())))).json()
        await city.post(f"{MEETINGS}/{meeting['id']}/minutes", json=the_minutes())
    connection = await asyncpg.connect(network_database)
    try:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
            await connection.execute(broken, UUID(meeting["id"]))
    finally:
        await connection.close()

    assert refused.value.constraint_name == constraint


async def test_migrations_make_what_the_models_have(network_database: str) -> None:
    assert await migrations.drift("network", network_database) == []


def test_the_service_follows_what_is_decided_of_clients_and_logs_and_offers_its_features() -> None:
    follows = {subscription.owner: set(subscription.handlers) for subscription in service.subscriptions}
    decided = {GrantOpened, GrantClosed, RestrictionDecided, MergeMade, MergeUndone, ErasureOrdered}
    assert follows.pop("case") == decided | {LOG_ANCHORED["case"]}
    assert follows == {owner: {LOG_ANCHORED[owner]} for owner in ("assessment", "feedback")}
    assert {path.split("/")[3] for path in app.openapi()["paths"] if path.startswith("/api/v1/")} >= {
        "maps",
        "meetings",
        "networks",
    }
