"""A row of a register becomes a record as if the person had been registered by hand."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text

from services.case.imports.reading import CSV
from shared.access.chain import digest
from shared.actor import Role
from shared.db.copying import MANY
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.case.importing import rows_of_every_table, wrong_form
from tests.support.agencies import Agency
from tests.support.people import form_a
from tests.support.registrar import Registrar, csv_lines, json_lines, outcomes
from tests.support.service import Running


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


async def test_the_key_of_the_agencys_system_leads_to_the_record(registrar: Registrar, callers: Callers) -> None:
    key = str(new_id())
    [made] = await registrar.imports([form_a() | {"external_id": key}])
    [same] = await registrar.imports([form_a() | {"external_id": key}])
    [other_system] = await registrar.imports([form_a() | {"external_id": key}], system="another")
    [other_agency] = await callers.registrar("probation").imports([form_a() | {"external_id": key}])
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
