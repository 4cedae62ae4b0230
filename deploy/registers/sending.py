"""Sending a register: two batches under way at a time, gone on with where an earlier sender stopped."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.registers.caller import API, Caller, Refused
from deploy.registers.file import MEDIA_TYPES, Batch, Register

Hear = Callable[[dict[str, Any]], None]
"""Is told of each batch what the system answered to it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a register is to be taken over."""

    name: str
    system: str
    dry_run: bool
    on_existing: str = "report"

    def is_of(self, begun: Mapping[str, Any]) -> bool:
        """Whether an import was begun with this wish, whatever it is called."""
        return all(begun[name] == wished for name, wished in asdict(self).items() if name != "name")


async def begun(caller: Caller, register: Register, wish: Wish) -> dict[str, Any]:
    """The import of the file that is open still, or a new one."""
    page = await caller.call("GET", "/imports", params={"digest": register.digest, "limit": 100})
    for one in page["items"]:
        if one["state"] == "open" and wish.is_of(one):
            return dict(one)
    facts = {"digest": register.digest, "expected_rows": register.rows}
    return dict(await caller.call("POST", "/imports", json=asdict(wish) | facts))


async def send(caller: Caller, register: Register, running: dict[str, Any], hear: Hear) -> None:
    """Send what the import waits for."""
    batches = register.batches(running["next_row"], updating=running["on_existing"] == "update")
    await send_batches(caller, register.form, running["id"], batches, hear)


async def send_batches(caller: Caller, form: str, import_id: str, batches: Iterable[Batch], hear: Hear) -> None:
    """Send batches in order. While one is written, the next is on its way and being understood."""
    before: asyncio.Task[dict[str, Any]] | None = None
    try:
        for batch in batches:
            sending = asyncio.create_task(_sent(caller, form, import_id, batch, before))
            if before is not None:
                hear(await before)
            before = sending
        if before is not None:
            hear(await before)
    finally:
        if before is not None:
            before.cancel()


async def _sent(
    caller: Caller, form: str, import_id: str, batch: Batch, before: "asyncio.Task[dict[str, Any]] | None"
) -> dict[str, Any]:
    headers = {"Content-Type": MEDIA_TYPES[form]}
    where, place = f"/imports/{import_id}/rows", {"first_row": batch.first}
    try:
        return dict(await caller.call("POST", where, params=place, content=batch.body, headers=headers))
    except Refused as refused:
        if before is None or "import.rows-skipped" not in refused.unmet:
            raise
    await asyncio.wait([before])  # it has been overtaken
    return dict(await caller.call("POST", where, params=place, content=batch.body, headers=headers))


async def completed(caller: Caller, running: dict[str, Any]) -> dict[str, Any]:
    """The import, ended."""
    return dict(await caller.call("POST", f"/imports/{running['id']}/completion"))


async def report(caller: Caller, running: dict[str, Any], into: Path) -> None:
    """Write what was wrong with the rows that were refused, as CSV without any value of theirs."""
    where, refused = f"{API}/imports/{running['id']}/report", {"outcome": "refused"}
    async with caller.http.stream("GET", where, params=refused) as answer:
        if answer.is_error:
            await answer.aread()
            raise Refused(answer)
        with into.open("wb") as file:
            async for chunk in answer.aiter_bytes():
                file.write(chunk)
