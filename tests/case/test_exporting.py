"""An export holds what single reads show, part by part, each part logged before it leaves; and it can be imported."""

import contextlib
import csv
import io
import json
from typing import Any

import pytest

from services.case.exports import store
from services.case.exports.service import MEDIA_TYPES
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.people import form_a
from tests.support.registrar import Registrar, outcomes
from tests.support.service import Running

GIVEN = frozenset({"id", "name_is_masked", "household_id"})
WHOLE = ("identity", "contact", "social", "health", "relations", "earlier_assessments")


@pytest.fixture
def someone(callers: Callers) -> Registrar:
    """A registrar of an agency that no other test knows."""
    return callers.registrar(f"agency-{new_id().hex}")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few records a part, so that every export here has several."""
    monkeypatch.setattr(store, "CLIENTS_AT_ONCE", 3)


def lines_of(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.splitlines()]


def without_nothing(section: Any) -> Any:
    """A part of the record without what is not known, and without what only the record gives it."""
    if isinstance(section, list):
        return [without_nothing(one) for one in section]
    return {name: value for name, value in section.items() if value is not None and name not in GIVEN}


@pytest.mark.parametrize("count", [0, 1, 3, 7])
async def test_an_export_holds_every_record_of_the_agency_once(someone: Registrar, count: int) -> None:
    made = [(await someone.registers(form_a()))["id"] for _ in range(count)]
    assert [line["client_id"] for line in lines_of(await someone.exports())] == made


async def test_a_line_says_what_a_single_read_says(someone: Registrar, city: Agency) -> None:
    client = await someone.registers(form_a(contact={}))
    read = await someone.reads(client["id"])
    [line] = lines_of(await someone.exports())
    assert line.pop("registered_by") == someone.code
    assert line.pop("withheld") == []
    assert line.pop("external_ids") == []
    assert line == {"client_id": client["id"]} | {part: without_nothing(read[part]) for part in WHOLE}


async def test_records_of_others_come_in_as_far_as_a_ground_opens_them(
    callers: Callers, someone: Registrar, city: Agency
) -> None:
    case_manager = callers.agency(someone.code, agency_kind="municipality")
    own, shared = await someone.registers(form_a()), await city.registers(form_a())
    await city.registers(form_a())
    await case_manager.opens_case(shared["id"])

    lines = {line["client_id"]: line for line in lines_of(await someone.exports())}
    assert lines.keys() == {own["id"], shared["id"]}
    assert lines[shared["id"]]["withheld"] == ["earlier_assessments", "health", "relations", "social"]
    assert lines[shared["id"]].keys().isdisjoint({"health", "social"})
    assert lines[shared["id"]]["contact"] == without_nothing(shared["contact"])


async def test_the_agencys_own_external_ids_leave_with_each_record_and_no_other_agencys(
    callers: Callers, someone: Registrar, city: Agency
) -> None:
    case_manager = callers.agency(someone.code, agency_kind="municipality")
    shared = await city.registers(form_a())
    await case_manager.opens_case(shared["id"])
    path = f"/clients/{shared['id']}/external-ids"
    await city.sends(path, {"system": "star", "value": f"K-{new_id()}"})
    keys = [{"system": system, "value": f"K-{new_id()}"} for system in ("star", "archive")]
    for key in keys:
        await case_manager.sends(path, key)
    await someone.registers(form_a())

    lines = lines_of(await someone.exports())
    assert [line["external_ids"] for line in lines] == [keys, []]
    [first, _] = csv.DictReader(io.StringIO((await someone.exports("csv")).decode()))
    assert json.loads(first["external_ids"]) == keys


async def test_each_record_that_leaves_is_in_its_log(callers: Callers, someone: Registrar) -> None:
    made = [await someone.registers(form_a()) for _ in range(4)]
    await someone.exports()
    for client in made:
        [entry] = [
            one for one in await callers.person(client["id"]).who_looked(client["id"]) if one["action"] == "read"
        ]
        assert (entry["operation"], entry["ground"]) == ("export_clients", "own")
        assert entry["categories"] == ["contact", "health", "identity", "needs", "social"]


async def test_an_export_goes_on_after_the_last_whole_line(someone: Registrar) -> None:
    made = [(await someone.registers(form_a()))["id"] for _ in range(5)]
    rest = lines_of(await someone.exports(after=made[1]))
    assert [line["client_id"] for line in rest] == made[2:]


async def test_a_spreadsheet_carries_nothing_out(someone: Registrar) -> None:
    form = form_a()
    form["identity"] |= {"first_name": "=HYPERLINK(1)", "last_name": "@SUM(1)"}
    await someone.registers(form)
    [row] = csv.DictReader(io.StringIO((await someone.exports("csv")).decode()))
    assert (row["identity.first_name"], row["identity.last_name"]) == ("'=HYPERLINK(1)", "'@SUM(1)")
    assert row["contact.phone"] == f"'{form['contact']['phone']}"


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
async def test_what_was_exported_can_be_imported(callers: Callers, someone: Registrar, kind: str) -> None:
    forms = [form_a(), form_a(relations=[]), form_a(contact={"agreed_channels": ["email", "post"]})]
    for form in forms:
        await someone.registers(form)
    exported = await someone.exports(kind)
    running = await someone.begins_import(dry_run=True)
    rows = (await someone.sends_rows(running, exported, form=MEDIA_TYPES[kind]))["rows"]
    assert outcomes(rows) == ["exists"] * 3


async def test_a_transfer_that_breaks_off_ends_short_of_its_end(
    case: Running, callers: Callers, someone: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        await someone.registers(form_a())
    parts_left = iter([True, True])
    read = store.clients_after

    async def breaks(*args: Any) -> Any:
        if next(parts_left, False):
            return await read(*args)
        raise ConnectionResetError

    monkeypatch.setattr(store, "clients_after", breaks)
    sent = await transfer(case, someone)
    assert sent.count(b"\n") == 6
    assert not sent.endswith(END)


END = b"<end>"


async def transfer(case: Running, registrar: Registrar) -> bytes:
    """What a server would send of an export, with a mark where it says that the body has ended."""
    request = registrar.http.build_request("GET", "/api/v1/clients/export")
    scope = {
        "type": "http",
        "method": "GET",
        "path": request.url.path,
        "raw_path": request.url.raw_path,
        "query_string": b"",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": "http",
        "server": ("service", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "http_version": "1.1",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
    }
    sent = b""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal sent
        if message["type"] == "http.response.body":
            sent += message.get("body", b"") + (b"" if message.get("more_body") else END)

    with contextlib.suppress(Exception):
        await case.app(scope, receive, send)
    return sent


async def test_what_fails_before_the_first_part_is_told_as_a_problem(
    someone: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: Any) -> Any:
        raise ConnectionResetError

    monkeypatch.setattr(store, "clients_after", breaks)
    assert (await told(someone.exports(), 503)).code == "unavailable"


async def test_an_export_is_for_registrars_and_in_a_form_that_is_known(callers: Callers, someone: Registrar) -> None:
    await told(Registrar(callers.agency("tamme").http, "tamme").exports(), 403)
    assert (await told(someone.exports("xml"), 422)).pointers == ["/query/format"]
