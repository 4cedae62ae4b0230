"""The access logs of the whole system are chained and anchored, and `sidus verify-log` says whether they are whole."""

import asyncio
import json
import os
import sys
from pathlib import Path

from shared.access.verification import Fault, Result, verify
from tests.support.front_door import Officer
from tests.support.system import LiveSystem
from tests.support.waiting import until

SIDUS = Path(sys.executable).with_name("sidus")


async def verify_log(data: Path, **environment: str) -> tuple[int | None, list[str]]:
    """The exit code of the command, and the lines that it prints."""
    process = await asyncio.create_subprocess_exec(
        str(SIDUS), "verify-log", "--data", str(data),
        env=os.environ | environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode, said.decode().splitlines()


async def test_the_logs_are_whole_and_anchored_at_every_service(system: LiveSystem, city: Officer) -> None:
    client = await city.registers()
    await city.assesses(client["id"])
    faults: list[Fault] = []

    async def look() -> Result:
        faults.clear()
        return await verify(system.stores.databases, faults.append)

    result = await until(look, lambda result: result.anchors >= 8 and result.sealed == result.entries)
    assert (faults, result.services) == ([], 4)


async def test_the_command_names_a_row_that_somebody_altered_and_fails(system: LiveSystem, city: Officer) -> None:
    client = await city.registers()
    code, lines = await verify_log(system.data.root)
    assert code == 0
    assert lines[-1].endswith("faults=0")

    async with system.stores.database("case") as connection:
        entry, officer = await connection.fetchrow(
            "SELECT id, officer FROM access_log WHERE client_id = $1", client["id"]
        )
        change = "UPDATE access_log SET officer = $2 WHERE id = $1"
        await connection.execute(change, entry, "somebody.else")
        code, lines = await verify_log(system.data.root)
        await connection.execute(change, entry, officer)

    assert code == 1
    assert len(lines) == 2
    assert lines[0].startswith("case: ")
    assert lines[0].endswith(f"entry {entry}: the entry is not what it was when it was written")
    assert lines[1].endswith("faults=1")


async def test_the_command_verifies_databases_that_the_environment_names(system: LiveSystem, tmp_path: Path) -> None:
    databases = dict(system.stores.databases)
    code, lines = await verify_log(tmp_path, SIDUS_DATABASE_URLS=json.dumps(databases))
    assert (code, lines[-1].split()[0]) == (0, "services=4")

    del databases["network"]
    code, lines = await verify_log(tmp_path, SIDUS_DATABASE_URLS=json.dumps(databases))
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("SIDUS_DATABASE_URLS is to name a database for each of case,")
