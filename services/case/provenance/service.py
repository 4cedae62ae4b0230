"""Use cases of provenance: one unit of work each."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from services.case.clients import service as clients
from services.case.clients.models import PARTS, PIECES, Client
from services.case.identifiers.models import Identifier
from services.case.identifiers.schemas import OtherIdentifier
from services.case.provenance import store
from services.case.provenance.rules import KNOWN_BY, OTHER_IDENTIFIER, PERSONAL_CODE, Place
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
    if place in KNOWN_BY:
        codes = await store.identifiers(work, client, place, paging)
        await clients.refuse_if_withheld(work, client, codes, place.piece)
        return Page(items=[_known_by(row, place) for row in codes.rows], next=codes.next)
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
    for place, identifier in ((PERSONAL_CODE, client.code), (OTHER_IDENTIFIER, client.other_identifier)):
        if identifier and identifier.source:
            yield place, identifier.source


def _place(field: str) -> Place:
    try:
        place = Place.at(field)
        is_there = place in KNOWN_BY or _is_of_version(place)
    except (ValueError, KeyError):
        is_there = False
    if not is_there:
        wrong = "This is not the JSON pointer of a field of the record."
        raise Invalid(errors=[InvalidField(pointer="/query/field", code="field", detail=wrong)])
    return place


def _is_of_version(place: Place) -> bool:
    return place.field in PIECES[place.piece].fields() and (place.piece in PARTS) == (place.part_id is not None)


def _known_by(row: Identifier, place: Place) -> FormerValue:
    shown = OtherIdentifier.model_validate(row).model_dump(mode="json") if place == OTHER_IDENTIFIER else row.value
    source = SourceOut.model_validate(row.source) if row.source else None
    return FormerValue(value=shown, source=source, since=row.recorded_at, until=row.ended_at)


def _told(version: Version, place: Place, until: datetime | None) -> FormerValue:
    ended = isinstance(version, Part) and version.ended
    source = version.provenance.get(place.field)
    return FormerValue(
        value=getattr(version, place.field),
        source=SourceOut.model_validate(source) if source else None,
        since=version.recorded_at,
        until=until or (version.superseded_at if ended else None),
    )
