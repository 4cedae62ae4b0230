"""The projection of grants: it follows the owner, says so, and knows when it cannot know."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from nats.js import JetStreamContext
from sqlalchemy import select, text

from shared.access.categories import Category, Ground
from shared.access.models import AccessGrant, AccessRestriction
from shared.actor import Role
from shared.events.catalog.case import GrantClosed, GrantOpened, MergeUndone, RestrictionDecided
from shared.events.envelope import Event
from shared.http.problems import Unavailable
from shared.ids import new_id
from tests.shared.events.world import Subject, World, count, letter, publish, tell
from tests.support.service import Running
from tests.support.waiting import eventually

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


async def opens(teller: Running) -> Subject:
    """Open a grant; answers what its events are told of."""
    grant = Subject()
    terms: dict[str, Any] = {
        "client_id": new_id(),
        "grant_id": grant.id,
        "grantee": "tamme",
        "source_agency": "probation",
        "categories": [Category.NEEDS, Category.RISK],
        "ground": Ground.CONSENT,
        "valid_from": NOON,
        "valid_until": NOON + timedelta(days=30),
    }
    async with teller.work() as work:
        work.announce(GrantOpened.model_validate(terms), of=grant)
        await work.commit()
    return grant


async def closes(teller: Running, grant: Subject) -> None:
    async with teller.work() as work:
        work.announce(GrantClosed(client_id=new_id(), grant_id=grant.id), of=grant)
        await work.commit()


async def is_current(listener: Running) -> bool:
    return listener.runtime.around.grants_are_current()


async def applied(listener: Running) -> list[tuple[str, int, str]]:
    """What the listener acknowledged: which change, as the how many-eth event of the grant, of which type."""
    query = text(
        "SELECT envelope->'data'->>'change', envelope->>'sequence', envelope->>'type' FROM outbox ORDER BY seq"
    )
    async with listener.work() as work:
        return [(row[0], int(row[1]), row[2]) for row in await work.execute(query)]


async def test_a_grant_opened_lets_in_and_a_grant_closed_shuts_out_and_each_is_acknowledged(world: World) -> None:
    async with world.teller() as teller, world.listener() as listener:
        grant = await opens(teller)
        await eventually(lambda: count(listener, "access_grant"), 2)
        async with listener.work() as work:
            rows = await work.all(select(AccessGrant).order_by(AccessGrant.category))
        assert [row.category for row in rows] == [Category.NEEDS, Category.RISK]
        for row in rows:
            assert (row.grant_id, row.grantee, row.source_agency) == (grant.id, "tamme", "probation")
            assert (row.ground, row.valid_from, row.valid_until) == ("consent", NOON, NOON + timedelta(days=30))
        other = await opens(teller)
        await eventually(lambda: count(listener, "access_grant", f"grant_id = '{other.id}'"), 2)
        await closes(teller, grant)
        await eventually(lambda: count(listener, "access_grant", f"grant_id = '{grant.id}'"), 0)
        assert await count(listener, "access_grant", f"grant_id = '{other.id}'") == 2
        kind = "sidus.assessment.grant.applied.v1"
        assert await applied(listener) == [("opened", 1, kind), ("opened", 1, kind), ("closed", 2, kind)]
        assert await count(listener, "outbox", f"aggregate_id = '{grant.id}'") == 2


async def test_a_restriction_shuts_out_until_it_is_lifted_and_each_decision_is_acknowledged(world: World) -> None:
    async with world.teller() as teller, world.listener() as listener:
        restriction, client = Subject(), new_id()
        for named, until in ((["tamme/mari"], NOON + timedelta(days=30)), (["tamme/mari"], NOON)):
            await decides(teller, restriction, client, named, until)
        await eventually(lambda: count(listener, "outbox"), 2)
        async with listener.work() as work:
            (row,) = await work.all(select(AccessRestriction))
        assert (row.id, row.client_id, row.named) == (restriction.id, client, ["tamme/mari"])
        assert (row.valid_from, row.valid_until) == (NOON, NOON)
        said = text("SELECT DISTINCT envelope->>'type', envelope->>'sequence' FROM outbox")
        async with listener.work() as work:
            assert [tuple(one) for one in await work.execute(said)] == [
                ("sidus.assessment.restriction.applied.v1", "1")
            ]


async def test_a_restriction_that_could_not_be_applied_keeps_the_service_from_knowing(
    world: World, js: JetStreamContext
) -> None:
    restriction = Subject()
    unreadable = {"client_id": "nobody"}
    decided = letter(restriction, 1, type="sidus.case.restriction.decided.v1", data=unreadable)
    decided = decided.model_copy(update={"subject": f"evt.case.restriction.decided.{restriction.id}"})
    async with world.listener() as listener:
        await eventually(lambda: is_current(listener), True)
        await publish(js, decided)
        await eventually(lambda: count(listener, "dead_letter"), 1)
        await eventually(lambda: is_current(listener), False)


async def decides(teller: Running, restriction: Subject, client: UUID, named: list[str], until: datetime) -> None:
    """Close a record to all but those named, or open it again."""
    async with teller.work() as work:
        event = RestrictionDecided(
            client_id=client,
            restriction_id=restriction.id,
            named=named,
            valid_from=NOON,
            valid_until=until,
            decided_at=work.clock.now(),
        )
        work.announce(event, of=restriction)
        await work.commit()


async def test_a_service_knows_that_it_is_current_while_the_owner_speaks_and_no_longer(world: World) -> None:
    async with world.listener() as listener:
        assert not await is_current(listener)
        async with world.teller():
            await eventually(lambda: is_current(listener), True)
        await eventually(lambda: is_current(listener), False)
        async with world.teller():
            await eventually(lambda: is_current(listener), True)


async def test_a_service_does_not_know_without_nats_and_knows_again_afterwards(world: World) -> None:
    async with world.teller(), world.listener() as listener:
        await eventually(lambda: is_current(listener), True)
        world.wire.stop()
        await eventually(lambda: is_current(listener), False)
        world.wire.start()
        await eventually(lambda: is_current(listener), True)


async def test_a_service_is_not_current_while_events_wait(world: World) -> None:
    async with world.teller() as teller, world.listener() as listener:
        await eventually(lambda: is_current(listener), True)
        world.ears.faults[1] = Unavailable()
        await tell(teller, Subject(), 1)
        await eventually(lambda: is_current(listener), False)
        del world.ears.faults[1]
        await eventually(lambda: is_current(listener), True)


async def test_an_owner_that_cannot_publish_does_not_claim_to_have_published(world: World) -> None:
    async with world.teller() as teller, world.listener() as listener:
        await eventually(lambda: is_current(listener), True)
        async with teller.work() as work:
            await work.execute(
                text(
                    "INSERT INTO outbox (id, subject, aggregate_id, envelope, created_at) VALUES"
                    " (gen_random_uuid(), 'elsewhere.than.the.stream', gen_random_uuid(), '{}', now())"
                )
            )
            await work.commit()
        await eventually(lambda: is_current(listener), False)


SOMEBODY = str(UUID(int=1))
UNREADABLE = {
    GrantClosed: {"client_id": SOMEBODY, "grant_id": "unreadable"},
    MergeUndone: {
        "client_id": SOMEBODY,
        "merge_id": "unreadable",
        "survivor_id": SOMEBODY,
        "merged_id": str(UUID(int=2)),
        "made_at": NOON.isoformat(),
        "cases": [],
    },
}


@pytest.mark.parametrize("kind", UNREADABLE, ids=lambda kind: kind.kind)
async def test_a_closing_that_could_not_be_applied_keeps_the_service_from_knowing(
    world: World, js: JetStreamContext, kind: type[Event]
) -> None:
    grant = Subject()
    closing = letter(grant, 1, type=kind.type(), data=UNREADABLE[kind])
    closing = closing.model_copy(update={"subject": f"evt.{kind.kind}.{grant.id}"})
    async with world.listener() as listener:
        await eventually(lambda: is_current(listener), True)
        await publish(js, closing)
        await eventually(lambda: count(listener, "dead_letter"), 1)
        await eventually(lambda: is_current(listener), False)
        async with listener.work() as work:
            mended = text("UPDATE dead_letter SET body = replace(body, 'unreadable', :id)").bindparams(id=str(grant.id))
            await work.execute(mended)
            await work.commit()
        async with listener.calls(listener.actor("tamme", Role.OPERATOR)) as operator:
            (found,) = (await operator.get("/api/v1/assessment/dead-letters")).json()["items"]
            replayed = await operator.post(f"/api/v1/assessment/dead-letters/{found['id']}/replay")
        assert replayed.status_code == 200, replayed.text
        await eventually(lambda: is_current(listener), True)
