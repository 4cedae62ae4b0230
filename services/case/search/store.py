"""Every query of a search. It sees everybody's record, so it answers with what may be shown of anybody."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, not_, select, true

from services.case.clients.models import Identity
from services.case.identifiers.models import Identifier
from services.case.identifiers.rules import Known
from services.case.identifiers.store import among
from services.case.matching.rules import family_keys
from services.case.names.store import name
from services.case.search.rules import MOST_HITS
from services.case.versions.rules import Standing
from shared.access.visibility import closed_to, survivor_of
from shared.db.work import UnitOfWork

AFTER_ALL = "\U0010ffff"
"""Follows every letter, so that what begins with a text stands between the text and the text with this."""

BORNE = (Standing.CURRENT, Standing.FORMER)
"""Names that the person has or had; not those that somebody asked to have entered."""


async def by_identifier(work: UnitOfWork, known: Sequence[Known]) -> Sequence[Any]:
    """Who is or was known by the code looked for. Index: uq_client_identifier."""
    return await _people(work, Identifier, among(known))


async def by_name_and_birth(work: UnitOfWork, last_name: str, born: date) -> Sequence[Any]:
    """Who has or had the family name, however written, and the date of birth. Index: client_by_identity_keys."""
    keys = family_keys(name(last_name), born)
    return await _people(work, Identity, Identity.match_keys.overlap(keys), Identity.standing.in_(BORNE))


async def by_beginning(work: UnitOfWork, family: str, given: str, birth_year: int | None) -> Sequence[Any]:
    """Whose names begin with these letters. Index: client_by_both_names or client_by_name_and_birth."""
    begins = Identity.last_name_key.between(family, family + AFTER_ALL)
    also = Identity.first_name_key.between(given, given + AFTER_ALL) if given else true()
    year = Identity.date_of_birth.between(date(birth_year, 1, 1), date(birth_year, 12, 31)) if birth_year else true()
    return await _people(work, Identity, begins, also, year, Identity.standing.in_(BORNE))


async def recognisable(work: UnitOfWork, clients: Sequence[UUID]) -> Sequence[Any]:
    """Clients by their ids. Index: uq_client_identity_current."""
    return await _people(work, Identity, Identity.client_id.in_(clients))


async def _people(
    work: UnitOfWork, table: type[Identity] | type[Identifier], *conditions: ColumnElement[bool]
) -> Sequence[Any]:
    """The first people whose rows meet the conditions and whose record is not closed, one more than is shown.

    Indexes: uq_client_identity_current, pk_merged_client.

    What a record says that has been merged into another leads to the surviving one, as a former name does. The rows
    are found first and put into order after, so that no other index is walked for the sake of the order.
    """
    rows = select(survivor_of(table.client_id).label("client_id")).where(*conditions)
    person = rows.cte("found").prefix_with("MATERIALIZED").c.client_id
    closed = closed_to(work.actor, person, work.clock.now())
    first = select(person).distinct().where(not_(closed)).order_by(person).limit(MOST_HITS + 1)
    columns = (Identity.client_id.label("id"), Identity.first_name, Identity.last_name, Identity.date_of_birth)
    query = (
        select(*columns, Identity.owner_agency)
        .where(Identity.client_id.in_(first), Identity.standing == Standing.CURRENT)
        .order_by(Identity.client_id)
    )
    return await work.check(query)
