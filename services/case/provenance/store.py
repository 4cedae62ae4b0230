"""Every query on former versions of the record."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, func, literal, not_, select, tuple_

from services.case.clients.models import PIECES, Client
from services.case.identifiers.models import Identifier
from services.case.identifiers.rules import IdentifierKind
from services.case.provenance.rules import PERSONAL_CODE, Place
from services.case.versions.models import Part, Version
from services.case.versions.rules import EVER_IN_FORCE
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, page


async def versions(work: UnitOfWork, client: Client, place: Place, paging: Paging) -> Slice[Version]:
    """The versions that changed a field, newest first. Index: <table>_of_client, for a part <table>_of_part."""
    table = PIECES[place.piece]
    query = select(table).where(_changing(client, place))
    return await page(work, query, paging, table.recorded_at, table.id)


async def identifiers(work: UnitOfWork, client: Client, place: Place, paging: Paging) -> Slice[Identifier]:
    """What the client is and was known by: personal codes, or what else. Index: ix_client_identifier_client_id."""
    is_code = Identifier.kind == IdentifierKind.PERSONAL_CODE
    of_field = is_code if place == PERSONAL_CODE else not_(is_code)
    query = select(Identifier).where(Identifier.client_id == client.id, of_field)
    return await page(work, query, paging, Identifier.recorded_at, Identifier.id)


async def replaced_at(work: UnitOfWork, client: Client, place: Place, version: Version) -> datetime | None:
    """When the field was changed next after a version. Index: as for `versions`."""
    table = PIECES[place.piece]
    newer = tuple_(table.recorded_at, table.id) > tuple_(version.recorded_at, version.id)
    rows = await work.check(select(func.min(table.recorded_at)).where(_changing(client, place), newer))
    changed_at: datetime | None = rows[0][0]
    return changed_at


def _changing(client: Client, place: Place) -> ColumnElement[bool]:
    """Versions that are or were in force and gave the field another value; what was only asked for is no history."""
    table: Any = PIECES[place.piece]
    of_client = and_(table.client_id == client.id, table.standing.in_(EVER_IN_FORCE))
    changing = and_(of_client, literal(place.field) == any_(table.changed))
    return and_(changing, table.part_id == place.part_id) if issubclass(table, Part) else changing
