"""A register that comes again updates the records that the agency's own keys lead to, row by row."""

from datetime import date, timedelta
from typing import Any

from services.case.imports.reading import CSV
from shared.actor import Role
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.case.importing import rows_of_every_table
from tests.support.agencies import Agency
from tests.support.people import form_a, personal_code
from tests.support.registrar import Registrar, csv_lines, json_lines, outcomes


async def linked(registrar: Registrar, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A person whom the registrar's system has linked: the row that says what their record says, and the record."""
    form = form_a(**changes) | {"external_id": f"K-{new_id()}"}
    [row] = await registrar.imports([form])
    return form, await registrar.reads(row["client_id"])


def naming(form: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A row that says who somebody is and nothing else but what is given."""
    identity = {name: form["identity"][name] for name in ("first_name", "last_name", "personal_code")}
    return {"identity": identity, "external_id": form["external_id"]} | more


async def test_a_row_updates_the_linked_record_in_the_fields_that_it_gives(registrar: Registrar) -> None:
    form, before = await linked(registrar)
    row = naming(form, contact={"phone": "+372 5555 0177"}, social={"statuses": ["pensioner"], "note": "New."})

    [told_of] = await registrar.imports([row], on_existing="update")

    after = await registrar.reads(before["id"])
    assert (told_of["outcome"], told_of["client_id"], told_of["errors"]) == ("updated", before["id"], [])
    assert after["contact"] == before["contact"] | {"phone": "+372 5555 0177"}
    assert after["social"] == before["social"] | {"statuses": ["pensioner"], "note": "New."}
    same = ("identity", "health", "relations", "earlier_assessments")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["version"] > before["version"]


async def test_an_updated_value_says_which_import_it_came_from_and_the_others_still_where_they_did(
    registrar: Registrar,
) -> None:
    form, client = await linked(registrar)
    running = await registrar.begins_import(on_existing="update")
    await registrar.sends_rows(running, json_lines([naming(form, contact={"phone": "+372 5555 0178"})]))

    [now, before] = await registrar.history_of(client["id"], "/contact/phone")
    [email] = await registrar.history_of(client["id"], "/contact/email")

    assert now["source"]["system"] == f"import:{running['id']}"
    assert before["source"] == email["source"] != now["source"]


async def test_a_row_that_says_nothing_new_changes_nothing(
    registrar: Registrar, case_database: str, callers: Callers
) -> None:
    form, client = await linked(registrar)
    csv_form = naming(form, contact={"phone": form["contact"]["phone"]})
    running = await registrar.begins_import(on_existing="update")
    before = await rows_of_every_table(case_database)
    rows = (await registrar.sends_rows(running, json_lines([form, naming(form)])))["rows"]
    rows += (await registrar.sends_rows(running, csv_lines([csv_form]), 3, CSV))["rows"]
    after = await rows_of_every_table(case_database)

    assert outcomes(rows) == ["unchanged"] * 3
    assert await registrar.reads(client["id"]) == client
    grown = {table: after[table] - before[table] for table in before if after[table] != before[table]}
    assert grown == {"import_row": 3, "access_log": 2, "access_seal": 2}


async def test_a_register_only_reports_whom_it_meets_unless_it_is_asked_to_update(registrar: Registrar) -> None:
    form, client = await linked(registrar)
    assert outcomes(await registrar.imports([naming(form, health={"insured": False})])) == ["exists"]
    assert await registrar.reads(client["id"]) == client


async def test_a_dry_run_says_what_an_update_would_do_and_leaves_no_trace(
    registrar: Registrar, case_database: str, callers: Callers
) -> None:
    form, client = await linked(registrar)
    other = await registrar.registers()
    clash = naming(form) | {"identity": form["identity"] | {"personal_code": other["identity"]["personal_code"]}}
    rows = [naming(form, contact={"phone": "+372 5555 0179"}), clash, naming(form), form_a(), naming(form)]
    rows[2]["relations"] = []
    running = await registrar.begins_import(on_existing="update", dry_run=True)
    before = await rows_of_every_table(case_database)
    tried = (await registrar.sends_rows(running, json_lines(rows)))["rows"]
    after = await rows_of_every_table(case_database)

    assert outcomes(tried) == ["updatable", "refused", "updatable", "creatable", "unchanged"]
    assert tried[0]["client_id"] == client["id"]
    assert await registrar.reads(client["id"]) == client
    grown = {table for table in before if after[table] != before[table]}
    assert grown == {"import_row", "access_log", "access_seal"}
    actions = {one["action"] for one in await callers.person(client["id"]).who_looked(client["id"])}
    assert actions == {"create", "read"}
    done = await registrar.imports(rows, on_existing="update")
    assert outcomes(done) == ["updated", "refused", "updated", "created", "unchanged"]
    assert [row["errors"] for row in done] == [row["errors"] for row in tried]


async def test_a_refused_update_is_undone_alone_and_told_by_place_and_code(
    registrar: Registrar, callers: Callers, case_database: str
) -> None:
    (form, client), (second, other) = await linked(registrar), await linked(registrar)
    known = {"kind": "foreign_code", "country": "LV", "value": f"LV-{new_id()}"}
    identity = form["identity"] | {"personal_code": second["identity"]["personal_code"]}
    del identity["document_number"]
    clash = {"identity": identity | {"other_identifier": known}, "external_id": form["external_id"]}
    period = naming(form, health={"valid_from": "2031-01-01"})
    stranger = {"kind": "cohabiting_family", "related_client_id": client["id"], "relation": "self"}

    rows = await registrar.imports(
        [clash, period, naming(form, relations=[stranger]), naming(second, health={"insured": False})],
        on_existing="update",
    )

    assert outcomes(rows) == ["refused", "refused", "refused", "updated"]
    assert [(one["pointer"], one["code"]) for row in rows for one in row["errors"]] == [
        ("/identity", "identifier.second-code"),
        ("/health/valid_until", "value_error"),
        ("/related_client_id", "client"),
    ]
    assert await registrar.reads(client["id"]) == client
    assert (await registrar.reads(other["id"]))["health"]["insured"] is False
    changed = [one for one in await callers.person(client["id"]).who_looked(client["id"]) if one["action"] != "read"]
    assert [one["action"] for one in changed] == ["create"]


async def test_a_new_code_takes_the_place_of_a_number_and_a_code_of_somebody_else_is_refused(
    registrar: Registrar,
) -> None:
    identity = {"first_name": "Ilze", "last_name": "Paraugs", "other_identifier": {"kind": "temporary_number"}}
    form, client = await linked(registrar, identity=identity)
    other = await registrar.registers()
    known = {"first_name": "Ilze", "last_name": "Paraugs"}
    of_other = known | {"personal_code": other["identity"]["personal_code"]}
    row = {"identity": known | {"personal_code": personal_code()}, "external_id": form["external_id"]}

    taken = {"identity": of_other, "external_id": form["external_id"]}
    rows = await registrar.imports([taken, row], on_existing="update")

    assert outcomes(rows) == ["refused", "updated"]
    assert [(one["pointer"], one["code"]) for one in rows[0]["errors"]] == [("/identity", "client-exists")]
    now = (await registrar.reads(client["id"]))["identity"]
    assert (now["personal_code"], now["other_identifier"]) == (row["identity"]["personal_code"], None)


async def test_another_agencys_record_is_updated_as_far_as_it_is_shared_and_a_closed_one_not_at_all(
    registrar: Registrar, city: Agency, fund: Agency, callers: Callers, today: date
) -> None:
    client = await fund.registers()
    form = client | {"external_id": f"K-{new_id()}"}
    await city.opens_case(client["id"])
    await city.sends(f"/clients/{client['id']}/external-ids", {"system": "star", "value": form["external_id"]})

    phone, health = naming(form, contact={"phone": "+372 5555 0180"}), naming(form, health={"insured": False})
    rows = await registrar.imports([phone, health], on_existing="update")

    assert outcomes(rows) == ["updated", "refused"]
    assert [one["code"] for one in rows[1]["errors"]] == ["client.section-withheld"]
    assert (await fund.reads(client["id"]))["contact"]["phone"] == "+372 5555 0180"
    officer = callers.agency("unemployment-fund", Role.SUPERVISOR)
    await officer.closes_record(client["id"], "unemployment-fund/somebody.else", until=today + timedelta(days=9))
    [row] = await registrar.imports([naming(form, contact={"phone": "+372 5555 0181"})], on_existing="update")
    assert (row["outcome"], row["client_id"]) == ("refused", None)


async def test_of_two_rows_about_one_linked_person_each_is_done_in_order_and_a_new_person_is_made_once(
    registrar: Registrar,
) -> None:
    form, client = await linked(registrar)
    new = form_a() | {"external_id": f"K-{new_id()}"}
    rows = [naming(form, contact={"phone": f"+372 5555 01{place}"}) for place in (82, 83)]

    done = await registrar.imports([rows[0], new, rows[1], naming(new)], on_existing="update")

    assert outcomes(done) == ["updated", "created", "updated", "repeated"]
    assert (await registrar.reads(client["id"]))["contact"]["phone"] == "+372 5555 0183"


async def test_updates_are_announced_once_for_each_row_that_changed_something(
    registrar: Registrar, case_database: str
) -> None:
    (form, _), (second, _) = await linked(registrar), await linked(registrar)
    clash = naming(form) | {"identity": form["identity"] | {"personal_code": second["identity"]["personal_code"]}}
    clash["contact"] = {"phone": "+372 5555 0184"}
    running = await registrar.begins_import(on_existing="update")
    before = (await rows_of_every_table(case_database))["outbox"]
    await registrar.sends_rows(running, json_lines([clash, naming(second, health={"insured": False}), naming(second)]))
    assert (await rows_of_every_table(case_database))["outbox"] - before == 1
