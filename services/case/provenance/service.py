"""Use cases of provenance: one unit of work each."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from services.case.clients import service as clients
from services.case.clients.models import PARTS, PIECES, Client
from services.case.provenance import store
from services.case.provenance.rules import Place
from services.case.provenance.schemas import FormerValue, SourceOut
from services.case.versions.models import Part, Version
from shared.db.work import UnitOfWork
from shared.http.paging import Page, Paging
from shared.http.problems import Invalid, InvalidField


def sources(client: Client) -> dict[str, dict[str, Any]]:
    """Where the values in force came from, by the JSON pointer of the field."""
    return {place.pointer: source for place, source in (*_of_versions(client), *_of_identifiers(client))}


async def history(work: UnitOfWork, client: Client, field: str, paging: Paging) -> Page[FormerValue]:
    """What a field says and said, newest first."""
    place = _place(field)
    found = await store.versions(work, client, place, paging)
    await clients.refuse_if_withheld(work, client, found, place.piece)
    untils = [await store.replaced_at(work, client, place, found.rows[0])] if found.rows else []
    untils += [newer.recorded_at for newer, _ in pairwise(found.rows)]
    items = [_told(row, place, until) for row, until in zip(found.rows, untils, strict=True)]
    return Page(items=items, next=found.next)


def _of_versions(client: Client) -> Iterator[tuple[Place, dict[str, Any]]]:
    for version in (*filter(None, client.sections.values()), *client.parts):
        part_id = version.part_id if isinstance(version, Part) else None
        for field, source in version.provenance.items():
            yield Place(version.piece, field, part_id), source


def _of_identifiers(client: Client) -> Iterator[tuple[Place, dict[str, Any]]]:
    for field, identifier in (("personal_code", client.code), ("other_identifier", client.other_identifier)):
        if identifier and identifier.source:
            yield Place("identity", field), identifier.source


def _place(field: str) -> Place:
    try:
        place = Place.at(field)
        is_there = place.field in PIECES[place.piece].fields() and (place.piece in PARTS) == (place.part_id is not None)
    except (ValueError, KeyError):
        is_there = False
    if not is_there:
        wrong = "This is not the JSON pointer of a field of the record."
        raise Invalid(errors=[InvalidField(pointer="/query/field", code="field", detail=wrong)])
    return place


def _told(version: Version, place: Place, until: datetime | None) -> FormerValue:
    ended = isinstance(version, Part) and version.ended
    source = version.provenance.get(place.field)
    return FormerValue(
        value=getattr(version, place.field),
        source=SourceOut.model_validate(source) if source else None,
        since=version.recorded_at,
        until=until or (version.superseded_at if ended else None),
    )
