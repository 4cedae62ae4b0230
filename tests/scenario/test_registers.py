"""A register of thousands goes through the whole system by command, whoever is killed on the way."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path
from typing import Any

from tests.support.caller import Caller
from tests.support.front_door import FrontDoor
from tests.support.register import forms
from tests.support.registrar import json_lines
from tests.support.system import LiveSystem
from tests.support.waiting import until

AGENCY = "social-insurance-board"


async def sidus(system: LiveSystem, command: str, file: Path, *more: str) -> Process:
    """The command as an operator starts it."""
    line = (command, str(file), "--agency", AGENCY, "--data", str(system.data.root), *more)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.embedded", *line, stdout=PIPE, stderr=STDOUT
    )


async def ended(process: Process) -> tuple[int | None, str]:
    """Its exit code and what it said."""
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def test_a_register_survives_the_death_of_its_sender_and_of_the_service(
    system: LiveSystem, door: FrontDoor, tmp_path: Path
) -> None:
    registrar = Caller(door.http(AGENCY, "role:registrar"))
    people, file = list(forms(2_500, seed=31)), tmp_path / "register.jsonl"
    file.write_bytes(json_lines(people))

    async def newest() -> dict[str, Any]:
        return dict(next(iter((await registrar.asks("/imports"))["items"]), {}))

    sender = await sidus(system, "import", file)
    await until(newest, lambda one: one.get("expected_rows") == len(people) and one["next_row"] > 1)
    sender.kill()
    await sender.wait()
    sender = await sidus(system, "import", file)
    await system.kills("case")

    code, said = await ended(sender)
    done = await newest()
    assert (code, done["state"]) == (0, "completed"), said
    assert done["counts"] == {"created": len(people)}


async def test_what_was_refused_is_told_by_the_exit_code_and_a_file(
    system: LiveSystem, door: FrontDoor, tmp_path: Path
) -> None:
    good, wrong = forms(2, seed=32)
    wrong["identity"]["personal_code"] = "60001017860"
    file = tmp_path / "register.jsonl"
    file.write_bytes(json_lines([good, wrong]))
    code, said = await ended(await sidus(system, "import", file, "--dry-run"))
    assert (code, "1 creatable, 1 refused" in said) == (1, True), said
    assert "/identity/personal_code" in (tmp_path / "register.jsonl.refused.csv").read_text()


async def test_what_was_taken_over_is_given_out_again(system: LiveSystem, door: FrontDoor, tmp_path: Path) -> None:
    people = list(forms(300, seed=33))
    file, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    file.write_bytes(json_lines(people))
    assert (await ended(await sidus(system, "import", file)))[0] == 0
    code, said = await ended(await sidus(system, "export", out))
    exported = {json.loads(line).get("identity", {}).get("personal_code") for line in out.read_bytes().splitlines()}
    assert code == 0, said
    assert {form["identity"]["personal_code"] for form in people} <= exported
