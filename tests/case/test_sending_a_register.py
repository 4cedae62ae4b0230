"""The commands that send a register and take one out: from files as people have them, and on after a break."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from deploy.embedded.errors import LauncherError
from deploy.registers import file as files
from deploy.registers import sending, taking
from deploy.registers.caller import Bearer, Caller, Refused
from deploy.registers.file import Register
from deploy.registers.screen import export_file, import_file
from deploy.registers.sending import Wish
from deploy.registers.taking import Rows
from services.case.exports import store
from services.case.imports.columns import written
from shared.actor import Role
from shared.ids import new_id
from tests.support.people import form_a
from tests.support.registrar import csv_lines, json_lines
from tests.support.service import Running

WISH = Wish("A register", "star", dry_run=False)
QUIET = Console(quiet=True)


@pytest.fixture
async def caller(case: Running) -> AsyncIterator[Caller]:
    """A registrar of an agency that no other test knows, as the commands call."""
    async with case.calls(case.actor(f"agency-{new_id().hex}", Role.REGISTRAR)) as http:
        yield Caller(http)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows a batch and records a part, so that every file here has several."""
    monkeypatch.setattr(files, "MOST_ROWS", 3)
    monkeypatch.setattr(files, "MOST_UPDATES", 2)
    monkeypatch.setattr(store, "CLIENTS_AT_ONCE", 3)


def put(folder: Path, body: bytes, name: str = "register.jsonl") -> Path:
    path = folder / name
    path.write_bytes(body)
    return path


def excel(forms: list[dict[str, Any]]) -> bytes:
    """CSV as a spreadsheet of this country writes it: semicolons and a byte order mark."""
    lines = [line.split(",") for line in ("identity.first_name,identity.last_name,identity.personal_code",)]
    lines += [[form["identity"][part] for part in ("first_name", "last_name", "personal_code")] for form in forms]
    return b"\xef\xbb\xbf" + "\r\n".join(";".join(line) for line in lines).encode()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("register.jsonl", json_lines),
        ("register.csv", csv_lines),
        ("register.CSV", excel),
        ("blank.jsonl", lambda forms: b"\n\n".join([b"", *json_lines(forms).splitlines(), b""])),
    ],
)
async def test_a_file_is_taken_over_whole(tmp_path: Path, caller: Caller, name: str, body: Any) -> None:
    register = Register.at(put(tmp_path, body([form_a() for _ in range(8)]), name))
    assert register.rows == 8
    assert await import_file(caller, register, WISH, QUIET)
    [done] = (await caller.call("GET", "/imports"))["items"]
    assert (done["state"], done["counts"], done["expected_rows"]) == ("completed", {"created": 8}, 8)


async def test_what_is_wrong_is_written_beside_the_file_without_any_value(tmp_path: Path, caller: Caller) -> None:
    wrong = form_a()
    wrong["identity"]["personal_code"] = "60001017860"
    path = put(tmp_path, json_lines([form_a(), wrong, form_a()]))
    assert not await import_file(caller, Register.at(path), WISH, QUIET)
    _, line = (tmp_path / "register.jsonl.refused.csv").read_text().splitlines()
    assert line.startswith("2,refused,")
    assert "/identity/personal_code" in line
    assert "60001017860" not in line


async def test_a_command_that_was_stopped_goes_on_where_it_stopped(tmp_path: Path, caller: Caller) -> None:
    register = Register.at(put(tmp_path, json_lines([form_a() for _ in range(14)])))
    running = await sending.begun(caller, register, WISH)

    def stops(answer: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await sending.send(caller, register, running, stops)
    again = await sending.begun(caller, register, WISH)
    assert (again["id"], again["next_row"] in (4, 7)) == (running["id"], True)
    assert await import_file(caller, register, WISH, QUIET)
    [done] = (await caller.call("GET", "/imports"))["items"]
    assert done["counts"] == {"created": 14}


async def test_another_file_or_wish_is_another_import(tmp_path: Path, caller: Caller) -> None:
    register = Register.at(put(tmp_path, json_lines([form_a()])))
    other = Register.at(put(tmp_path, json_lines([form_a()]), "other.jsonl"))
    dry = Wish(WISH.name, WISH.system, dry_run=True)
    begun = [(await sending.begun(caller, *one))["id"] for one in ((register, WISH), (other, WISH), (register, dry))]
    assert len(set(begun)) == 3


async def test_a_register_that_comes_again_updates_the_records_it_has_made(tmp_path: Path, caller: Caller) -> None:
    forms = [form_a() | {"external_id": f"K-{new_id()}"} for _ in range(5)]
    assert await import_file(caller, Register.at(put(tmp_path, json_lines(forms))), WISH, QUIET)
    forms[3] |= {"health": {"insured": False}}
    update = Wish(WISH.name, WISH.system, dry_run=False, on_existing="update")
    again = Register.at(put(tmp_path, json_lines(forms)))

    assert await import_file(caller, again, update, QUIET)

    [done, _] = (await caller.call("GET", "/imports"))["items"]
    assert (done["on_existing"], done["counts"]) == ("update", {"unchanged": 4, "updated": 1})
    assert (await sending.begun(caller, again, WISH))["on_existing"] == "report"


async def test_a_dry_run_before_the_run_says_the_same(tmp_path: Path, caller: Caller) -> None:
    register = Register.at(put(tmp_path, json_lines([form_a() for _ in range(4)])))
    assert await import_file(caller, register, Wish("A register", "star", dry_run=True), QUIET)
    assert await import_file(caller, register, WISH, QUIET)
    counts = [one["counts"] for one in (await caller.call("GET", "/imports"))["items"]]
    assert counts == [{"created": 4}, {"creatable": 4}]


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", "identity.first_name\nÕie\n".encode("latin-1"), "UTF-8"),
        ("a.csv", b'identity.first_name\n"Anna\n', "CSV near line 2"),
    ],
)
def test_a_file_that_is_no_register_is_told_before_anything_is_sent(
    tmp_path: Path, name: str, body: bytes, said: str
) -> None:
    with pytest.raises(LauncherError, match=said):
        list(Register.at(put(tmp_path, body, name)).batches(1))


def test_a_row_longer_than_a_request_is_told_by_its_number(tmp_path: Path) -> None:
    register = Register.at(put(tmp_path, b"{}\n" + b"x" * (files.MOST_BYTES + 1) + b"\n"))
    with pytest.raises(LauncherError, match="Row 2 "):
        list(register.batches(1))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(1, 10))
def test_batches_hold_every_row_once_in_order(tmp_path_factory: Any, sizes: list[int], first: int) -> None:
    lines = [b"x" * size + b"\n" for size in sizes]
    register = Register(put(tmp_path_factory.mktemp("rows"), b"".join(lines)), "jsonl", "", len(lines))
    batches = list(register.batches(first))
    assert b"".join(batch.body for batch in batches) == b"".join(lines[first - 1 :])
    place = first
    for batch in batches:
        assert (batch.first, batch.rows) == (place, batch.body.count(b"\n"))
        assert 0 < batch.rows <= files.MOST_ROWS
        place += batch.rows


@pytest.mark.parametrize("form", ["jsonl", "csv"])
async def test_an_export_is_gone_on_with_after_its_last_whole_row(tmp_path: Path, caller: Caller, form: str) -> None:
    forms = [form_a() for _ in range(8)]
    forms[2]["social"] = {"note": 'Says "Anni"\r\nand, on a line of its own: "Mari"'}
    register = Register.at(put(tmp_path, json_lines(forms)))
    assert await import_file(caller, register, WISH, QUIET)
    whole, broken = tmp_path / f"whole.{form}", tmp_path / f"broken.{form}"
    await export_file(caller, whole, form, QUIET)
    body = whole.read_bytes()
    for cut in (0, 7, len(body) // 3, len(body) // 2, len(body) - 3):
        (tmp_path / f"broken.{form}.part").write_bytes(body[:cut])
        await export_file(caller, broken, form, QUIET)
        assert broken.read_bytes() == body


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6), st.integers(1, 9))
def test_rows_are_whole_however_they_arrive(names: list[str], step: int) -> None:
    body = written([["name", "client_id"], *([name, number] for number, name in enumerate(names))])
    rows = Rows("csv")
    found = [row for place in range(0, len(body), step) for row in rows.whole(body[place : place + step])]
    assert b"".join(found) == body
    assert (rows.count, rows.last) == (len(names), str(len(names) - 1))


async def test_a_transfer_that_breaks_off_is_gone_on_with(
    tmp_path: Path, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "PAUSES_SECONDS", (0.0,))
    lines = [json.dumps({"client_id": str(number)}).encode() + b"\n" for number in range(5)]
    asked: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        after = request.url.params.get("after")
        asked.append(after)
        return httpx.Response(200, stream=Breaking(lines, int(after) + 1 if after else 0))

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://service") as http:
        count = await taking.take(Caller(http), tmp_path / "all.jsonl", "jsonl", lambda _: None)
    assert (count, (tmp_path / "all.jsonl").read_bytes()) == (5, b"".join(lines))
    assert asked == [None, "1", "3"]


class Breaking(httpx.AsyncByteStream):
    """Sends two rows and a half, and breaks off unless that is all."""

    def __init__(self, lines: list[bytes], first: int) -> None:
        self._lines = lines[first:]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"".join(self._lines[:2])
        if self._lines[2:]:
            yield self._lines[2][:5]
            raise httpx.ReadError("broken off")


def test_a_token_that_is_no_longer_believed_is_asked_for_anew() -> None:
    issued = iter(["old", "new"])

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200 if request.headers["Authorization"] == "Bearer new" else 401)

    with httpx.Client(transport=httpx.MockTransport(answer), auth=Bearer(lambda: next(issued))) as http:
        assert http.get("http://service/").status_code == 200


def test_a_refusal_says_what_is_wrong_and_where() -> None:
    errors = [{"pointer": "/columns/1", "code": "column", "detail": "This column is not known here."}]
    answer = httpx.Response(422, json={"title": "The data have errors", "errors": errors})
    assert str(Refused(answer)) == "The data have errors (422). /columns/1: This column is not known here."
