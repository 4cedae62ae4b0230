"""Which events of a running system have not had their effect yet: every outbox held against every inbox."""

from importlib import import_module
from uuid import UUID

from deploy.embedded.landscape import SERVICES
from deploy.proofs.stores import Stores
from shared.events.consumer import Subscription
from shared.events.names import durable_of

Delivery = tuple[str, UUID]
"""A consumer and the event that it has, or should have, handled."""


async def undelivered(stores: Stores) -> set[Delivery]:
    """Committed events that a consumer follows and has not handled."""
    # What is handled may announce something in turn: read the other way round, that would be overlooked.
    handled = set[Delivery]().union(*[await _inbox(stores, follower) for follower in SERVICES])
    told = {owner: await _outbox(stores, owner) for owner in SERVICES}
    due = {
        (durable_of(follower, subscription.owner), event)
        for follower in SERVICES
        for subscription in _followed_by(follower)
        for event, subject in told[subscription.owner]
        if _follows(subscription, subject)
    }
    return due - handled


def _followed_by(follower: str) -> tuple[Subscription, ...]:
    subscriptions: tuple[Subscription, ...] = import_module(f"services.{follower}.handlers").SUBSCRIPTIONS
    return subscriptions


def _follows(subscription: Subscription, subject: str) -> bool:
    return any(subject.startswith(pattern.removesuffix(">")) for pattern in subscription.subjects())


async def _outbox(stores: Stores, service: str) -> list[tuple[UUID, str]]:
    async with stores.database(service) as connection:
        return [(row["id"], row["subject"]) for row in await connection.fetch("SELECT id, subject FROM outbox")]


async def _inbox(stores: Stores, service: str) -> set[Delivery]:
    async with stores.database(service) as connection:
        rows = await connection.fetch("SELECT consumer, event_id FROM inbox")
    return {(row["consumer"], row["event_id"]) for row in rows}
