"""Use cases of an export: one part of it is one unit of work."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson

from services.case.clients import service as clients
from services.case.clients.models import PARTS, Client
from services.case.clients.schemas import ClientOut, Seen
from services.case.exports import store
from services.case.external_ids import store as external_ids
from services.case.external_ids.models import ExternalId
from services.case.imports.columns import flat, written
from services.case.imports.reading import COLUMNS, CSV, JSON_LINES
from services.case.imports.schemas import RegisterRow
from services.case.parts.schemas import EarlierAssessmentFacts, RelationFacts
from services.case.versions.models import Part
from shared.db.work import UnitOfWork
from shared.http.schemas import Schema

MEDIA_TYPES = {"jsonl": JSON_LINES, "csv": CSV}
_SAME = RegisterRow.model_fields.keys() & ClientOut.model_fields.keys() - PARTS.keys()
_FACTS: dict[str, type[Schema]] = {"relations": RelationFacts, "earlier_assessments": EarlierAssessmentFacts}


async def part(work: UnitOfWork, form: str, after: UUID | None, *, is_first: bool) -> tuple[bytes, UUID | None]:
    """The next records as lines of the form asked for, and the id of the last of them if more follow."""
    found = await store.clients_after(work, after)
    withheld = await clients.withheld_of(work, found)
    keys = await external_ids.of_clients(work, [client.id for client in found])
    lines = [_line(client, withheld[client.id]) | _keys(keys[client.id]) for client in found]
    is_last = len(found) < store.CLIENTS_AT_ONCE
    return _WRITERS[form](lines, is_first), None if is_last else found[-1].id


def _line(client: Client, withheld: list[str]) -> dict[str, Any]:
    """A record as a row of a register: what an import of it would take, and how far it could be seen."""
    shown = ClientOut.of(Seen(client, withheld, names={}, lives_with=[]))
    told = {"client_id": str(shown.id), "registered_by": shown.registered_by}
    said = {name: [_said(part) for part in getattr(client, name)] for name in PARTS}
    parts = {name: those for name, those in said.items() if those or name not in withheld}
    return told | shown.model_dump(mode="json", include=_SAME, exclude_none=True) | parts


def _keys(keys: Sequence[ExternalId]) -> dict[str, Any]:
    """By which keys the exporting agency's own systems know the person."""
    return {"external_ids": [{"system": key.system, "value": key.value} for key in keys]}


def _said(part: Part) -> dict[str, Any]:
    """What a relation or an earlier assessment says, as it is told when it is recorded."""
    return _FACTS[part.piece].model_validate(part.values).model_dump(mode="json", exclude_none=True)


def _json_lines(lines: Iterable[dict[str, Any]], is_first: bool) -> bytes:
    return b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)


def _csv(lines: Iterable[dict[str, Any]], is_first: bool) -> bytes:
    headings: Sequence[Sequence[str]] = [list(COLUMNS)] if is_first else []
    return written([*headings, *(flat(line, list(COLUMNS.values())) for line in lines)])


_WRITERS: dict[str, Callable[[Iterable[dict[str, Any]], bool], bytes]] = {"jsonl": _json_lines, "csv": _csv}
