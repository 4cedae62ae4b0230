"""Whether an agency has a ground at all, and what to say when it has none."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, not_, select

from shared.access.categories import Category
from shared.access.models import AccessGrant
from shared.access.visibility import closed_to, in_force
from shared.actor import Role
from shared.db.work import UnitOfWork
from shared.http.paging import Slice
from shared.http.problems import AccessStateUnknown, NoGround
from shared.rules import Unmet

HOW_TO_BE_LET_IN = (
    "An agency that holds such data records the client's consent (form A2) for your agency and the category "
    "`{category}`: POST /api/v1/clients/{{client_id}}/consents."
)


async def refuse_if_shut_out(work: UnitOfWork, found: Slice[Any], client_id: UUID, category: Category) -> None:
    """Refuse an agency that looks for a client's data, has none of its own and is let into none.

    The refusal names what is missing. It is the same whether or not another agency has such data, and the same for an
    officer to whom the record is closed.
    """
    if found.rows or found.is_continued or work.actor.has(Role.PERSON):
        return
    if not work.grants_are_current:
        raise AccessStateUnknown
    if not await _has_ground(work, client_id, category):
        raise NoGround([Unmet("consent.missing")], HOW_TO_BE_LET_IN.format(category=category))


async def _has_ground(work: UnitOfWork, client_id: UUID, category: Category) -> bool:
    """Whether a grant in force opens the category of a record that is not closed. Index: access_grant_in_force."""
    now = work.clock.now()
    grant = exists().where(
        AccessGrant.client_id == client_id,
        AccessGrant.grantee == work.actor.agency,
        AccessGrant.category == category,
        in_force(now),
        not_(closed_to(work.actor, AccessGrant.client_id, now)),
    )
    return bool((await work.execute(select(grant))).scalar_one())
