"""Which events of a running system have not had their effect yet: every outbox held against every inbox."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from typing import Self
from uuid import UUID

import asyncpg

from deploy.embedded.landscape import SERVICES
from deploy.proofs.stores import Stores
from shared.events.consumer import Subscription

Delivery = tuple[str, UUID]
"""A consumer and the event that it has, or should have, handled."""


class Deliveries:
    """A look into the databases of all services, whose connections stay open while it is looked again and again."""

    def __init__(self, connections: Mapping[str, asyncpg.Connection]) -> None:
        self._connections = connections

    @classmethod
    @asynccontextmanager
    async def of(cls, stores: Stores) -> AsyncIterator[Self]:
        """The deliveries of an installation."""
        async with AsyncExitStack() as stack:
            yield cls({service: await stack.enter_async_context(stores.database(service)) for service in SERVICES})

    async def missing(self) -> set[Delivery]:
        """Committed events that a consumer follows and has not handled."""
        # What is handled may announce something in turn: read the other way round, that would be overlooked.
        handled = set[Delivery]().union(*[await self._inbox(follower) for follower in SERVICES])
        told = {owner: await self._outbox(owner) for owner in SERVICES}
        due = {
            (subscription.durable(follower), event)
            for follower in SERVICES
            for subscription in _followed_by(follower)
            for event, subject in told[subscription.owner]
            if follows(subscription, subject)
        }
        return due - handled

    async def unpublished(self) -> int:
        """How many committed events no stream has taken yet."""
        waiting = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
        return sum([await connection.fetchval(waiting) for connection in self._connections.values()])

    async def _outbox(self, service: str) -> list[tuple[UUID, str]]:
        rows = await self._connections[service].fetch("SELECT id, subject FROM outbox")
        return [(row["id"], row["subject"]) for row in rows]

    async def _inbox(self, service: str) -> set[Delivery]:
        rows = await self._connections[service].fetch("SELECT consumer, event_id FROM inbox")
        return {(row["consumer"], row["event_id"]) for row in rows}


def _followed_by(follower: str) -> tuple[Subscription, ...]:
    subscriptions: tuple[Subscription, ...] = import_module(f"services.{follower}.handlers").SUBSCRIPTIONS
    return subscriptions


def follows(subscription: Subscription, subject: str) -> bool:
    """Whether an event of this subject is delivered to who has the subscription."""
    return any(subject.startswith(pattern.removesuffix(">")) for pattern in subscription.subjects())
