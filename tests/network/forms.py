"""What agencies send, and a look at what the service wrote down about it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.network.handlers import SUBSCRIPTIONS
from shared.access.categories import Category, Ground
from shared.access.models import AccessEntry
from shared.events.catalog.case import GrantClosed, GrantOpened
from shared.events.models import Outgoing
from shared.ids import new_id
from tests.support.service import Running

MAPS, MEETINGS, NETWORKS = "/api/v1/maps", "/api/v1/meetings", "/api/v1/networks"


def a_map(client_id: str, **changes: Any) -> dict[str, Any]:
    """A small map of a client's network."""
    mother = {"field": 1, "distance": 0.2, "label": "mother", "sex": "f", "lives_with_client": True}
    uncle = {"field": 2, "distance": 0.7, "label": "uncle", "sex": "m", "in_conflict": True, "movement": "leaving"}
    fund = {"field": 5, "distance": 0.9, "label": "fund", "kind": "agency", "agency": "unemployment-fund"}
    drawn = {
        "client_id": client_id,
        "drawn_on": "2026-03-03",
        "drawn_by": "client",
        "assisted_by": "worker",
        "members": [mother, uncle, fund],
        "ties": [[0, 1]],
    }
    return drawn | changes


def an_agenda(client_id: str, **changes: Any) -> dict[str, Any]:
    """A meeting planned on form D1."""
    agenda = {
        "client_id": client_id,
        "case_id": str(new_id()),
        "aim": "Agree on who does what",
        "organiser": "tamme.officer",
        "planned_on": "2026-03-03",
        "starts_at": "14:00",
        "ends_at": "15:00",
        "institution": "Tamme social department",
        "agenda": [{"starts_at": "14:00", "ends_at": "14:30", "topic": "Where we are", "presenter": "case manager"}],
        "invited": [{"standing": "formal", "post": "case manager", "institution": "unemployment-fund"}],
    }
    return agenda | changes


def a_decision(**changes: Any) -> dict[str, Any]:
    """A decision that somebody is responsible for."""
    decision = {
        "text": "The fund finds a place in a course",
        "due_on": "2026-04-01",
        "responsible_agency": "unemployment-fund",
        "responsible_officer": "fund.officer",
    }
    return decision | changes


def the_minutes(**changes: Any) -> dict[str, Any]:
    """Minutes on form D3."""
    minutes = {
        "held_on": "2026-03-03",
        "chair": "case manager of Tamme",
        "minute_taker": "school social worker",
        "participants": [{"standing": "client"}],
        "absentees": [{"standing": "informal", "relation": "aunt", "note": "ill"}],
        "items": ["Everybody told how they see things"],
        "decisions": [a_decision()],
    }
    return minutes | changes


async def consents(network: Running, client_id: str, grantee: str, category: Category = Category.NETWORK) -> UUID:
    """The client lets an agency see a category of their data; answers the grant, to be withdrawn by."""
    opened = GrantOpened(
        client_id=UUID(client_id),
        grant_id=new_id(),
        grantee=grantee,
        categories=[category],
        ground=Ground.CONSENT,
        valid_from=network.runtime.clock.now() - timedelta(minutes=1),
    )
    await arrives(network, opened)
    return opened.grant_id


async def withdraws(network: Running, client_id: str, grant_id: UUID) -> None:
    """The client no longer agrees."""
    await arrives(network, GrantClosed(client_id=UUID(client_id), grant_id=grant_id))


async def arrives(network: Running, event: GrantOpened | GrantClosed) -> None:
    """An event of the case service is handled as its consumer would."""
    [subscription] = [one for one in SUBSCRIPTIONS if type(event) in one.handlers]
    async with network.work() as work:
        await subscription.handlers[type(event)](event, work)
        await work.commit()


async def log_of(network: Running, client_id: str) -> list[tuple[str, str, str, str, list[str]]]:
    """Who did what about the client, in order: agency, action, operation, ground, categories."""
    async with network.work() as work:
        query = select(AccessEntry).where(AccessEntry.client_id == UUID(client_id)).order_by(AccessEntry.seq)
        entries = (await work.session.scalars(query)).all()
    return [(entry.agency, entry.action, entry.operation, entry.ground, entry.categories) for entry in entries]


async def told_of(network: Running, aggregate_id: str) -> list[dict[str, Any]]:
    """The envelopes of what was announced about a map or meeting, in order."""
    async with network.work() as work:
        query = select(Outgoing).where(Outgoing.aggregate_id == UUID(aggregate_id)).order_by(Outgoing.seq)
        return [row.envelope for row in (await work.session.scalars(query)).all()]
