"""What became of each row of a register is read by its agency until the report is forgotten."""

from datetime import timedelta

from sqlalchemy import text

from services.case.imports import housekeeping
from services.case.imports.housekeeping import policy
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.case.importing import wrong_form
from tests.support.caller import told
from tests.support.people import form_a
from tests.support.registrar import Registrar, json_lines
from tests.support.service import Running


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
    other = callers.registrar("probation")
    assert (await told(other.reads_import(running), 404)).code == "import-not-found"
    assert (await told(other.sends_rows(running, b""), 404)).code == "import-not-found"
    assert (await told(other.report_on(running), 404)).code == "import-not-found"
    await told(Registrar(callers.agency("tamme").http, "tamme").begins_import(), 403)


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
