"""A registrar who takes registers over, and takes them out again."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import httpx

from services.case.imports.columns import flat, written
from services.case.imports.reading import COLUMNS, JSON_LINES
from tests.support.agencies import Agency
from tests.support.caller import API, Told


def json_lines(forms: Iterable[dict[str, Any]]) -> bytes:
    """Forms as a register of JSON lines."""
    return b"".join(json.dumps(form, ensure_ascii=False).encode() + b"\n" for form in forms)


def csv_lines(forms: Iterable[dict[str, Any]]) -> bytes:
    """Forms as a register in CSV, with every column."""
    return written([list(COLUMNS), *(flat(form, list(COLUMNS.values())) for form in forms)])


class Registrar(Agency):
    """An officer who may import and export."""

    async def begins_import(self, **more: Any) -> dict[str, Any]:
        """Begin to take a register over."""
        return dict(await self.sends("/imports", {"name": "A register", "system": "star"} | more))

    async def sends_rows(self, running: dict[str, Any], body: bytes, first: int = 1, form: str = JSON_LINES) -> Any:
        """Send a batch as it is; answers with what became of its rows."""
        path = f"{API}/imports/{running['id']}/rows"
        headers = {"Content-Type": form}
        return self._answered(await self.http.post(path, content=body, params={"first_row": first}, headers=headers))

    async def imports(self, forms: Sequence[dict[str, Any]], first: int = 1, **more: Any) -> list[dict[str, Any]]:
        """Take a small register over; answers with what became of each row."""
        running = await self.begins_import(**more)
        return list((await self.sends_rows(running, json_lines(forms), first))["rows"])

    async def reads_import(self, running: dict[str, Any]) -> dict[str, Any]:
        """How far an import has come."""
        return dict(await self.asks(f"/imports/{running['id']}"))

    async def report_on(self, running: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
        """What became of the rows, page by page."""
        found: list[dict[str, Any]] = []
        place: dict[str, str] = {}
        while True:
            page = await self.asks(f"/imports/{running['id']}/rows", **query, **place)
            found += page["items"]
            if page["next"] is None:
                return found
            place = {"cursor": page["next"]}

    async def exports(self, form: str = "jsonl", **query: str) -> bytes:
        """Every record that the agency may see."""
        answer = await self.http.get(f"{API}/clients/export", params={"format": form} | query)
        return _whole(answer)


def _whole(answer: httpx.Response) -> bytes:
    if answer.is_error:
        raise Told(answer)
    return answer.content


def outcomes(rows: Iterable[dict[str, Any]]) -> list[str]:
    """What became of each row."""
    return [row["outcome"] for row in rows]
