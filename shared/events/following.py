"""Aggregates that are told of twice, at their beginning and at their end, and how a follower acknowledges each."""

from uuid import UUID

from sqlalchemy import select

from shared.db.work import UnitOfWork
from shared.events.models import Followed
from shared.events.names import durable_of

BEGUN, ENDED = 0, 1
"""Places of the two events of such an aggregate, and of their acknowledgements."""


async def has_ended(work: UnitOfWork, aggregate_id: UUID) -> bool:
    """Whether the service has followed what the case service tells beyond the first of its two events."""
    place = select(Followed.sequence).where(
        Followed.consumer == durable_of(work.service, "case"), Followed.aggregate_id == aggregate_id
    )
    return ((await work.execute(place)).scalar() or 0) > 1
