"""Rows of a register come in batches: again, overlapping, at once with others, and each is done once."""

import asyncio
from collections import Counter
from typing import Any

import asyncpg
import pytest

from services.case.clients import service as clients
from services.case.clients.schemas import Registration
from services.case.imports.rules import MOST_ROWS
from tests.case.conftest import Callers
from tests.case.importing import rows_of_every_table, wrong_form
from tests.support.caller import told
from tests.support.people import form_a
from tests.support.registrar import Registrar, json_lines, outcomes
from tests.support.service import Running
from tests.support.waiting import until


async def test_a_person_of_an_earlier_batch_is_repeated_too(registrar: Registrar) -> None:
    form, running = form_a(), await registrar.begins_import()
    [first] = (await registrar.sends_rows(running, json_lines([form])))["rows"]
    [second] = (await registrar.sends_rows(running, json_lines([form]), 2))["rows"]
    assert (second["outcome"], second["client_id"]) == ("repeated", first["client_id"])


async def test_a_batch_sent_again_is_answered_for_and_not_done_again(registrar: Registrar, case_database: str) -> None:
    running, body = await registrar.begins_import(), json_lines([form_a(), wrong_form(), form_a()])
    first = await registrar.sends_rows(running, body)
    before = await rows_of_every_table(case_database)
    assert await registrar.sends_rows(running, body) == first
    assert await rows_of_every_table(case_database) == before


async def test_of_a_batch_that_overlaps_only_what_is_new_is_done(registrar: Registrar) -> None:
    people, running = [form_a() for _ in range(5)], await registrar.begins_import()
    first = await registrar.sends_rows(running, json_lines(people[:3]))
    second = await registrar.sends_rows(running, json_lines(people[1:]), 2)
    assert second["rows"][:2] == first["rows"][1:]
    assert outcomes(second["rows"]) == ["created"] * 4
    assert (second["next_row"], second["counts"]) == (6, {"created": 5})


async def test_two_who_send_the_same_rows_at_once_make_each_record_once(registrar: Registrar) -> None:
    running, body = await registrar.begins_import(), json_lines([form_a() for _ in range(30)])
    one, other = await asyncio.gather(*(registrar.sends_rows(running, body) for _ in range(2)))
    assert one["rows"] == other["rows"]
    assert outcomes(one["rows"]) == ["created"] * 30
    assert (await registrar.reads_import(running))["counts"] == {"created": 30}


async def test_a_sender_who_dies_goes_on_where_the_import_says(registrar: Registrar) -> None:
    people, running = [form_a() for _ in range(6)], await registrar.begins_import(expected_rows=6)
    await registrar.sends_rows(running, json_lines(people[:4]))
    [found] = (await registrar.asks("/imports", limit=1))["items"]
    assert found["id"] == running["id"]
    place = found["next_row"]
    answer = await registrar.sends_rows(running, json_lines(people[place - 1 :]), place)
    assert (place, answer["counts"]) == (5, {"created": 6})


async def test_a_batch_cut_off_before_its_commit_leaves_nothing(
    registrar: Registrar, case: Running, case_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, body = await registrar.begins_import(), json_lines([form_a(), form_a()])
    before = await rows_of_every_table(case_database)

    async def dies(*_: Any) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr("shared.db.work.UnitOfWork._commit_with_entries", dies)
        answer = await registrar.http.post(
            f"/api/v1/imports/{running['id']}/rows?first_row=1",
            content=body,
            headers={"Content-Type": "application/x-ndjson"},
        )
    assert answer.status_code == 503
    assert await rows_of_every_table(case_database) == before
    assert outcomes((await registrar.sends_rows(running, body))["rows"]) == ["created", "created"]


async def test_somebody_registered_by_hand_meanwhile_is_met_and_not_doubled(
    registrar: Registrar, case: Running, case_database: str
) -> None:
    form, running = form_a(), await registrar.begins_import()
    async with case.work(case.actor("unemployment-fund")) as work:
        client = await clients.register(work, Registration.model_validate(form))
        await work.flush()
        sending = asyncio.create_task(registrar.sends_rows(running, json_lines([form_a(), form, form_a()])))
        await until(lambda: waiting(case_database), lambda count: count == 1)
        await work.commit()
    rows = (await sending)["rows"]
    assert outcomes(rows) == ["created", "exists", "created"]
    assert rows[1]["client_id"] == str(client.id)


async def waiting(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))
    finally:
        await connection.close()


async def test_two_imports_of_the_same_people_at_once_make_each_record_once(
    registrar: Registrar, callers: Callers
) -> None:
    people = [form_a() for _ in range(40)]
    answers = await asyncio.gather(registrar.imports(people), callers.registrar("probation").imports(people[::-1]))
    found = Counter(outcome for rows in answers for outcome in outcomes(rows))
    assert found == {"created": 40, "exists": 40}


async def test_rows_that_skip_some_are_refused_with_what_is_missing(registrar: Registrar) -> None:
    running = await registrar.begins_import(expected_rows=3)
    skipped = await told(registrar.sends_rows(running, json_lines([form_a()]), 2), 409)
    too_many = await told(registrar.sends_rows(running, json_lines([form_a() for _ in range(4)])), 409)
    assert (skipped.code, skipped.unmet, too_many.unmet) == (
        "import-refused",
        ["import.rows-skipped"],
        ["import.too-many-rows"],
    )
    assert (await registrar.reads_import(running))["next_row"] == 1


@pytest.mark.parametrize(
    ("body", "form", "status"),
    [
        (json_lines([{}]), "application/json", 400),
        (b"", "text/csv", 400),
        (b"Mari\r\n", "text/csv", 422),
        (json_lines([{}] * (MOST_ROWS + 1)), "application/x-ndjson", 413),
        (b"x" * (1024 * 1024 + 1), "application/x-ndjson", 413),
    ],
)
async def test_a_body_that_cannot_be_taken_is_refused_whole(
    registrar: Registrar, body: bytes, form: str, status: int
) -> None:
    running = await registrar.begins_import()
    await told(registrar.sends_rows(running, body, 1, form), status)
    assert (await registrar.reads_import(running))["next_row"] == 1


async def test_an_empty_batch_is_no_mistake(registrar: Registrar) -> None:
    running = await registrar.begins_import(expected_rows=0)
    assert (await registrar.sends_rows(running, b""))["rows"] == []
    assert (await registrar.sends(f"/imports/{running['id']}/completion"))["state"] == "completed"


async def test_an_import_is_completed_when_every_row_has_been_sent(registrar: Registrar) -> None:
    running, body = await registrar.begins_import(expected_rows=1), json_lines([form_a()])
    early = await told(registrar.sends(f"/imports/{running['id']}/completion"), 409)
    rows = (await registrar.sends_rows(running, body))["rows"]
    completed = await registrar.sends(f"/imports/{running['id']}/completion")

    assert early.unmet == ["import.rows-missing"]
    assert (completed["state"], completed["ended_at"] is None) == ("completed", False)
    assert [action["allowed"] for action in completed["allowed_actions"]] == [False] * 3
    assert (await registrar.sends_rows(running, body))["rows"] == rows
    assert (await told(registrar.sends(f"/imports/{running['id']}/completion"), 409)).unmet == ["import.ended"]


async def test_an_abandoned_import_takes_no_more_and_keeps_what_it_made(registrar: Registrar) -> None:
    running = await registrar.begins_import()
    [row] = (await registrar.sends_rows(running, json_lines([form_a()])))["rows"]
    assert (await registrar.sends(f"/imports/{running['id']}/abandonment"))["state"] == "abandoned"
    refused = await told(registrar.sends_rows(running, json_lines([form_a()]), 2), 409)
    assert refused.unmet == ["import.ended"]
    assert await registrar.reads(row["client_id"])
