"""Grants: what the case service decides, applied here at once and announced to the services that follow."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.case.consents.models import Grant
from shared.access.categories import Category, Ground
from shared.access.projection import close_grant, open_grant
from shared.db.work import UnitOfWork
from shared.events.catalog.case import GrantClosed, GrantOpened
from shared.ids import new_id


async def give(
    work: UnitOfWork,
    client_id: UUID,
    grantee: str,
    categories: Iterable[Category],
    ground: Ground,
    *,
    legal_code: str | None = None,
    hidden_until: datetime | None = None,
    source_agency: str | None = None,
    valid_from: datetime,
    valid_until: datetime | None = None,
) -> Grant:
    """Let an agency see categories of a client's data; the door opens here when this unit of work commits."""
    terms = {
        "client_id": client_id,
        "grantee": grantee,
        "source_agency": source_agency,
        "categories": sorted(categories),
        "ground": ground,
        "legal_code": legal_code,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    grant = Grant(id=new_id(), **terms)
    work.add(grant)
    await work.flush()  # what rests on the grant refers to its row
    event = GrantOpened.model_validate(terms | {"grant_id": grant.id, "hidden_until": hidden_until})
    await open_grant(event, work)
    work.announce(event, of=grant)
    return grant


async def take_back(work: UnitOfWork, grant: Grant) -> None:
    """Close the door again, here at once and everywhere as fast as events travel; a closed one stays closed."""
    if grant.closed_at is not None:
        return
    grant.closed_at = work.clock.now()
    event = GrantClosed(client_id=grant.client_id, grant_id=grant.id)
    await close_grant(event, work)
    work.announce(event, of=grant)
