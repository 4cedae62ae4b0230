"""Taking the records out: into a file that grows row by row, gone on with after its last whole row."""

import asyncio
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import httpx

from deploy.embedded.errors import LauncherError
from deploy.registers.caller import API, AWAY, PAUSES_SECONDS, Caller, Refused

ENDS = {"csv": b"\r\n", "jsonl": b"\n"}
ID = "client_id"
BLOCK = 1 << 20


class Rows:
    """Cuts what arrives into whole rows, and knows the id of the last."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.last: str | None = None
        self.count = 0
        self.place: int | None = None
        self._begun = b""

    def whole(self, chunk: bytes) -> list[bytes]:
        """The rows that are whole now; the headings of a CSV file are passed over after the first time."""
        *lines, rest = (self._begun + chunk).split(ENDS[self.form])
        rows: list[bytes] = []
        self._begun = b""
        for line in lines:
            row = self._begun + line + ENDS[self.form]
            self._begun = row if self._is_open(row) else b""
            if not self._begun and self._is_new(row):
                rows.append(row)
        self._begun += rest
        return rows

    def forget_begun(self) -> None:
        """What had begun will come again from its beginning."""
        self._begun = b""

    def _is_open(self, row: bytes) -> bool:
        """Whether the line ended inside a quoted cell."""
        return self.form == "csv" and row.count(b'"') % 2 == 1

    def _is_new(self, row: bytes) -> bool:
        if self.form == "jsonl":
            self.last = json.loads(row)[ID]
        else:
            [cells] = csv.reader([row.decode()])
            if ID in cells:
                first, self.place = self.place is None, cells.index(ID)
                return first
            assert self.place is not None
            self.last = cells[self.place]
        self.count += 1
        return True


async def take(caller: Caller, into: Path, form: str, hear: Callable[[int], None]) -> int:
    """Write every record that the agency may see; answers with how many there are.

    Until it is whole the file is called `.part`; a command that was stopped goes on with it.
    """
    part, rows = into.with_name(f"{into.name}.part"), Rows(form)
    with part.open("ab+") as file:
        _take_up(file, rows)
        pauses = iter([*PAUSES_SECONDS] * 10)
        while not await _taken(caller, file, rows, hear):
            pause = next(pauses, None)
            if pause is None:
                raise LauncherError("The transfer breaks off again and again. The same command goes on with it.")
            await asyncio.sleep(pause)
    part.replace(into)
    return rows.count


def _take_up(file: BinaryIO, rows: Rows) -> None:
    """Know what the file holds already, and cut off the row that is not whole."""
    file.seek(0)
    size = 0
    while chunk := file.read(BLOCK):
        size += sum(map(len, rows.whole(chunk)))
    rows.forget_begun()
    file.truncate(size)


async def _taken(caller: Caller, file: BinaryIO, rows: Rows, hear: Callable[[int], None]) -> bool:
    """Whether the transfer came to its end."""
    query = {"format": rows.form} | ({"after": rows.last} if rows.last else {})
    try:
        async with caller.http.stream("GET", f"{API}/clients/export", params=query) as answer:
            if answer.status_code in AWAY:
                return False
            if answer.is_error:
                await answer.aread()
                raise Refused(answer)
            async for chunk in answer.aiter_bytes():
                file.writelines(rows.whole(chunk))
                hear(rows.count)
    except httpx.TransportError:
        rows.forget_begun()
        return False
    return True
