"""A register is taken over row by row: once, resumably, as if each person had been registered by hand."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from services.case.clients import service as clients
from services.case.clients.schemas import Registration
from services.case.imports import housekeeping
from services.case.imports.housekeeping import policy
from services.case.imports.reading import CSV
from services.case.imports.rules import MOST_ROWS
from shared.access.chain import digest
from shared.actor import Role
from shared.db.copying import MANY
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.people import form_a
from tests.support.registrar import Registrar, csv_lines, json_lines, outcomes
from tests.support.service import Running
from tests.support.stored import rows_of_each
from tests.support.waiting import until


@pytest.fixture
def registrar(callers: Callers) -> Registrar:
    """A registrar of the municipality."""
    return registrar_of(callers, "tamme")


def registrar_of(callers: Callers, agency: str) -> Registrar:
    return Registrar(callers.agency(agency, Role.REGISTRAR).http, agency)


def wrong_form() -> dict[str, Any]:
    """A person whose code has a mistyped digit."""
    form = form_a()
    code = form["identity"]["personal_code"]
    form["identity"]["personal_code"] = code[:10] + str((int(code[10]) + 1) % 10)
    return form


async def rows_of_every_table(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    try:
        return await rows_of_each(connection)
    finally:
        await connection.close()


async def test_an_imported_person_is_the_same_as_one_registered_by_hand(registrar: Registrar, city: Agency) -> None:
    by_hand, imported = form_a(), form_a()
    registered = await city.registers(by_hand)
    [row] = await registrar.imports([imported])
    read = await city.reads(row["client_id"])

    assert row["outcome"] == "created"
    assert read["version"] == registered["version"]
    assert read["identity"].items() >= imported["identity"].items()
    same = ("social", "health", "missing", "withheld", "registered_by")
    assert {part: read[part] for part in same} == {part: registered[part] for part in same}
    for part in ("relations", "earlier_assessments"):
        assert [one.items() >= sent.items() for one, sent in zip(read[part], imported[part], strict=True)] == [True]
    assert read["contact"].items() >= imported["contact"].items()


async def test_every_import_leaves_what_a_registration_leaves(
    registrar: Registrar, callers: Callers, case_database: str
) -> None:
    registering, form = Counter[str](), form_a()
    before = await rows_of_every_table(case_database)
    await registrar.registers(form)
    by_hand = await rows_of_every_table(case_database)
    running = await registrar.begins_import()
    after_begin = await rows_of_every_table(case_database)
    await registrar.sends_rows(running, json_lines([form_a()]))
    imported = await rows_of_every_table(case_database)

    registering.update({table: by_hand[table] - before[table] for table in before})
    importing = {table: imported[table] - after_begin[table] for table in before}
    assert importing == dict(registering) | {"import_row": 1}
    assert registering["access_log"] == registering["outbox"] == 1


async def test_the_access_log_tells_of_the_import(registrar: Registrar, callers: Callers) -> None:
    [row] = await registrar.imports([form_a()])
    [entry] = await callers.person(row["client_id"]).who_looked(row["client_id"])
    assert (entry["action"], entry["operation"], entry["ground"]) == ("create", "send_rows", "own")
    assert entry["categories"] == ["contact", "health", "identity", "needs", "social"]


async def test_every_value_says_which_import_it_came_from(
    registrar: Registrar, case: Running, callers: Callers
) -> None:
    running = await registrar.begins_import(system="star")
    answer = await registrar.sends_rows(running, json_lines([form_a() | {"external_id": str(new_id())}]))
    async with case.runtime.engine.connect() as connection:
        found = await connection.execute(
            text("SELECT provenance -> 'phone' ->> 'system' FROM client_contact WHERE client_id = :id"),
            {"id": answer["rows"][0]["client_id"]},
        )
        assert found.scalar_one() == f"import:{running['id']}"


async def test_csv_and_json_lines_may_follow_each_other(registrar: Registrar) -> None:
    running = await registrar.begins_import(expected_rows=2)
    await registrar.sends_rows(running, csv_lines([form_a()]), 1, CSV)
    answer = await registrar.sends_rows(running, json_lines([form_a()]), 2)
    assert (answer["next_row"], answer["counts"]) == (3, {"created": 2})


async def test_each_row_is_told_of_with_its_pointer_and_never_its_value(registrar: Registrar, city: Agency) -> None:
    known = await city.registers(form_a())
    again = form_a(identity={**form_a()["identity"], "personal_code": known["identity"]["personal_code"]})
    first, wrong = form_a(), wrong_form()
    rows = await registrar.imports([first, wrong, first, again, form_a(contact={"phone": "call me"})])

    assert outcomes(rows) == ["created", "refused", "repeated", "exists", "refused"]
    assert [row["row"] for row in rows] == [1, 2, 3, 4, 5]
    assert rows[2]["client_id"] == rows[0]["client_id"]
    assert rows[3]["client_id"] == known["id"]
    assert [error["pointer"] for row in rows for error in row["errors"]] == [
        "/identity/personal_code",
        "/contact/phone",
    ]
    assert wrong["identity"]["personal_code"] not in str(rows)
    assert "call me" not in str(rows)


async def test_to_be_told_of_a_record_that_was_there_is_entered_in_its_log(
    registrar: Registrar, callers: Callers, fund: Agency
) -> None:
    known = await fund.registers(form_a())
    running = await registrar.begins_import()
    again = json_lines([form_a(identity=form_a()["identity"] | {"personal_code": known["identity"]["personal_code"]})])
    for _ in range(2):
        await registrar.sends_rows(running, again)
    await registrar.report_on(running)

    seen = [entry for entry in await callers.person(known["id"]).who_looked(known["id"]) if entry["agency"] == "tamme"]
    assert [(entry["action"], entry["ground"]) for entry in seen] == [("search", "existence")] * 3
    assert {entry["operation"] for entry in seen} == {"send_rows", "list_import_rows"}


async def test_a_record_that_is_closed_is_met_and_not_named(
    registrar: Registrar, callers: Callers, city: Agency, today: date
) -> None:
    form = form_a()
    client = await city.registers(form)
    supervisor = callers.agency("tamme", Role.SUPERVISOR, officer="helle.paju")
    await supervisor.closes_record(client["id"], "tamme/mari.maasikas", until=today + timedelta(days=30))
    running = await registrar.begins_import()
    sent = (await registrar.sends_rows(running, json_lines([form])))["rows"]
    again = (await registrar.sends_rows(running, json_lines([form])))["rows"]
    reported = await registrar.report_on(running)
    assert sent == again == reported
    assert [(row["outcome"], row["client_id"]) for row in sent] == [("exists", None)]


async def test_many_entries_at_once_are_sealed_like_one(registrar: Registrar, case: Running) -> None:
    rows = await registrar.imports([form_a() for _ in range(MANY + 10)])
    async with case.runtime.engine.connect() as connection:
        found = await connection.execute(_SEALED, {"ids": [UUID(row["client_id"]) for row in rows]})
        entries_found = [dict(row._mapping) for row in found]
    assert len(entries_found) == len(rows)
    for entry in entries_found:
        sealed, _ = entry.pop("digest"), entry.pop("seq")
        assert digest(entry) == sealed


_SEALED = text(
    "SELECT access_log.*, digest FROM access_log JOIN access_seal ON (access_seal.seq, entry_id) = (access_log.seq, id)"
    " WHERE client_id = ANY(:ids)"
)


async def test_a_person_of_an_earlier_batch_is_repeated_too(registrar: Registrar) -> None:
    form, running = form_a(), await registrar.begins_import()
    [first] = (await registrar.sends_rows(running, json_lines([form])))["rows"]
    [second] = (await registrar.sends_rows(running, json_lines([form]), 2))["rows"]
    assert (second["outcome"], second["client_id"]) == ("repeated", first["client_id"])


async def test_the_key_of_the_agencys_system_leads_to_the_record(registrar: Registrar, callers: Callers) -> None:
    key = str(new_id())
    [made] = await registrar.imports([form_a() | {"external_id": key}])
    [same] = await registrar.imports([form_a() | {"external_id": key}])
    [other_system] = await registrar.imports([form_a() | {"external_id": key}], system="another")
    [other_agency] = await registrar_of(callers, "probation").imports([form_a() | {"external_id": key}])
    assert (same["outcome"], same["client_id"]) == ("exists", made["client_id"])
    assert outcomes([other_system, other_agency]) == ["created", "created"]


async def test_a_relation_to_nobody_is_refused_at_its_place(registrar: Registrar) -> None:
    [known] = await registrar.imports([form_a()])
    child = {"kind": "cohabiting_family", "relation": "child"}
    relations = [child | {"name": "Laps"}, child | {"related_client_id": str(new_id())}]
    rows = await registrar.imports(
        [
            form_a(relations=relations),
            form_a(relations=[child | {"related_client_id": known["client_id"]}]),
        ]
    )
    assert outcomes(rows) == ["refused", "created"]
    assert [(e["pointer"], e["code"]) for e in rows[0]["errors"]] == [("/relations/1/related_client_id", "client")]


async def test_a_dry_run_says_the_same_and_changes_nothing(
    registrar: Registrar, city: Agency, case_database: str
) -> None:
    known = await city.registers(form_a())
    again = form_a(identity=form_a()["identity"] | {"personal_code": known["identity"]["personal_code"]})
    first = form_a()
    running = await registrar.begins_import(dry_run=True)
    before = await rows_of_every_table(case_database)
    answer = await registrar.sends_rows(running, json_lines([first, wrong_form(), first, again]))
    after = await rows_of_every_table(case_database)

    assert outcomes(answer["rows"]) == ["creatable", "refused", "repeated", "exists"]
    assert [row["client_id"] for row in answer["rows"]] == [None, None, None, known["id"]]
    assert {table: after[table] - before[table] for table in before if after[table] != before[table]} == {
        "import_row": 4,
        "access_log": 1,
        "access_seal": 1,
    }
    assert outcomes(await registrar.imports([first])) == ["created"]


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
    answers = await asyncio.gather(registrar.imports(people), registrar_of(callers, "probation").imports(people[::-1]))
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


async def test_the_report_is_read_page_by_page_or_by_outcome(registrar: Registrar) -> None:
    running = await registrar.begins_import()
    forms = [wrong_form() if number % 4 == 0 else form_a() for number in range(10)]
    answer = await registrar.sends_rows(running, json_lines(forms))
    assert await registrar.report_on(running, limit=3) == answer["rows"]
    refused = await registrar.report_on(running, outcome="refused", limit=2)
    assert [row["row"] for row in refused] == [1, 5, 9]


async def test_the_report_is_had_as_csv_in_the_language_asked_for(registrar: Registrar) -> None:
    running = await registrar.begins_import()
    await registrar.sends_rows(running, json_lines([form_a(), wrong_form()]))
    answer = await registrar.http.get(
        f"/api/v1/imports/{running['id']}/report?outcome=refused", headers={"Accept-Language": "et"}
    )
    heading, line = answer.text.splitlines()
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert heading == "row,outcome,label,client_id,pointer,code,detail"
    assert line.startswith("2,refused,Rida ei saa sellisena üle võtta,,/identity/personal_code,value_error,")


async def test_an_import_is_found_by_the_file_it_is_of(registrar: Registrar) -> None:
    digest = f"{new_id().hex}{new_id().hex}"
    running = await registrar.begins_import(digest=digest)
    await registrar.begins_import()
    assert [one["id"] for one in (await registrar.asks("/imports", digest=digest))["items"]] == [running["id"]]


async def test_an_import_is_of_one_agency_and_for_registrars(registrar: Registrar, callers: Callers) -> None:
    running = await registrar.begins_import()
    other = registrar_of(callers, "probation")
    assert (await told(other.reads_import(running), 404)).code == "import-not-found"
    assert (await told(other.sends_rows(running, b""), 404)).code == "import-not-found"
    assert (await told(other.report_on(running), 404)).code == "import-not-found"
    await told(Registrar(callers.agency("tamme").http, "tamme").begins_import(), 403)


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


async def test_reports_are_forgotten_when_their_time_is_over_and_the_counts_stay(
    registrar: Registrar, case: Running
) -> None:
    running = await registrar.begins_import()
    await registrar.sends_rows(running, json_lines([form_a()]))
    await housekeeping.forget_once(case.runtime.around)
    assert len(await registrar.report_on(running)) == 1

    async with case.runtime.engine.begin() as connection:
        old = timedelta(days=policy().report_days, seconds=1)
        await connection.execute(
            text("UPDATE import SET created_at = created_at - CAST(:old AS interval) WHERE id = :id"),
            {"old": old, "id": running["id"]},
        )
    await housekeeping.forget_once(case.runtime.around)
    assert await registrar.report_on(running) == []
    assert (await registrar.reads_import(running))["counts"] == {"created": 1}
