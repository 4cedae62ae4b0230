"""What housekeeping forgets, and what it must keep."""

from sqlalchemy import text

from shared.events.relay import prune
from tests.shared.events.world import World
from tests.support.service import Running

DAYS = 31
ROWS = {
    "outbox": (
        "INSERT INTO outbox (id, subject, aggregate_id, envelope, created_at, published_at)"
        " SELECT gen_random_uuid(), name, gen_random_uuid(), '{}', now() - interval '90 days', at FROM moments"
    ),
    "inbox": (
        "INSERT INTO inbox (consumer, event_id, handled_at)"
        " SELECT name, gen_random_uuid(), at FROM moments WHERE at IS NOT NULL"
    ),
    "idempotent_reply": (
        "INSERT INTO idempotent_reply (key_hash, fingerprint, media_type, expires_at)"
        " SELECT name::bytea, '', name, at FROM moments WHERE at IS NOT NULL"
    ),
}
MOMENTS = (
    "WITH moments (name, at) AS (VALUES ('old', now() - interval '31 days 1 minute'),"
    " ('nearly old', now() - interval '30 days 23 hours'), ('new', now()), ('to come', now() + interval '1 hour'),"
    " ('never', NULL::timestamptz)) "
)
NAMES = {"outbox": "subject", "inbox": "consumer", "idempotent_reply": "media_type"}


async def left(service: Running, table: str) -> set[str]:
    async with service.work() as work:
        rows = await work.execute(text(f"SELECT {NAMES[table]} FROM {table}"))  # noqa: S608
        return {row[0] for row in rows}


async def test_what_is_older_than_the_streams_memory_is_forgotten_and_nothing_else(world: World) -> None:
    async with world.teller(at_work=False) as teller:
        async with teller.work() as work:
            for statement in ROWS.values():
                await work.execute(text(MOMENTS + statement))
            await work.commit()
        async with teller.runtime.engine.begin() as connection:
            await prune(connection, DAYS)
        assert await left(teller, "outbox") == {"nearly old", "new", "to come", "never"}
        assert await left(teller, "inbox") == {"nearly old", "new", "to come"}
        assert await left(teller, "idempotent_reply") == {"to come"}


async def test_the_place_in_an_aggregates_order_is_kept_for_ever(world: World) -> None:
    """It keeps an event that comes back after its inbox row is gone from having a second effect."""
    async with world.teller(at_work=False) as teller:
        async with teller.work() as work:
            await work.execute(text("INSERT INTO followed VALUES ('a-on-b', gen_random_uuid(), 1)"))
            await work.commit()
        async with teller.runtime.engine.begin() as connection:
            await prune(connection, 0)
        async with teller.work() as work:
            assert (await work.execute(text("SELECT count(*) FROM followed"))).scalar_one() == 1
