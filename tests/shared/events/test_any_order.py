"""Whatever order a history of grants arrives in, and however often, the projection ends as in order."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from shared.access.categories import Category, Ground
from shared.access.models import AccessGrant
from shared.access.projection import on_grant_closed, on_grant_opened
from shared.db.base import Plumbing
from shared.events.catalog.case import GrantClosed, GrantOpened
from shared.events.consumer import Consumer, Gap, Subscription
from shared.events.envelope import Envelope, Event
from shared.http.app import Service, build_runtime, stop
from shared.http.problems import Unavailable
from shared.ids import new_id
from shared.labels import Labels
from tests.support import service as support

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Grants(RuleBasedStateMachine):
    """Grants are opened and closed; their events are delivered in any order, late, early, twice, after a crash."""

    database: str
    history = Bundle("history")
    open_grants = Bundle("open_grants")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.sent: list[Envelope] = []
        self.due: dict[UUID, frozenset[Category]] = {}
        self.crash = False

    @initialize()
    def start(self) -> None:
        handlers: dict[type[Event], Any] = {GrantOpened: self._opened, GrantClosed: on_grant_closed}
        service = Service(
            "assessment", "", Plumbing, (), Labels.read(), subscriptions=(Subscription("case", handlers),)
        )
        self.runner.run(self._start(service))

    async def _start(self, service: Service) -> None:
        self.runtime = build_runtime(service, support.settings(self.database))
        self.consumer: Consumer = self.runtime.consumers["assessment-on-case"]

    async def _opened(self, event: GrantOpened, work: Any) -> None:
        await on_grant_opened(event, work)
        if self.crash:
            raise ConnectionError

    @rule(target=open_grants, categories=st.sets(st.sampled_from(Category), min_size=1, max_size=3))
    def open(self, categories: set[Category]) -> UUID:
        grant = new_id()
        self.due[grant] = frozenset(categories)
        self._send(
            grant,
            1,
            GrantOpened(
                client_id=grant,
                grant_id=grant,
                grantee="tamme",
                categories=sorted(categories),
                ground=Ground.CONSENT,
                valid_from=NOON,
                valid_until=NOON + timedelta(days=1),
            ),
        )
        return grant

    @rule(grant=consumes(open_grants))
    def close(self, grant: UUID) -> None:
        del self.due[grant]
        self._send(grant, 2, GrantClosed(client_id=grant, grant_id=grant))

    @rule(data=st.data(), crash=st.booleans())
    def deliver(self, data: st.DataObject, crash: bool) -> None:
        if self.sent:
            self._deliver(data.draw(st.sampled_from(self.sent)), crash=crash)

    @rule(data=st.data())
    def deliver_all(self, data: st.DataObject) -> None:
        for envelope in data.draw(st.permutations(self.sent)):
            self._deliver(envelope, crash=False)

    @invariant()
    def no_grant_is_open_twice_or_wider_than_given(self) -> None:
        if self.sent:
            opened = [(row.grant_id, row.category) for row in self.runner.run(self._projection())]
            assert len(opened) == len(set(opened))

    def teardown(self) -> None:
        try:
            for _ in ("closings, then openings", "what closed too early"):
                for envelope in reversed(self.sent):
                    self._deliver(envelope, crash=False)
            projection: dict[UUID, set[Category]] = {}
            for row in self.runner.run(self._projection()):
                projection.setdefault(row.grant_id, set()).add(Category(row.category))
            assert projection == self.due
        finally:
            self.runner.run(stop(self.runtime))
            self.runner.close()

    def _send(self, grant: UUID, sequence: int, event: Event) -> None:
        self.sent.append(
            Envelope(
                id=new_id(),
                source="/sidus/case",
                type=event.type(),
                subject=event.subject(grant),
                time=NOON,
                aggregate=grant,
                sequence=sequence,
                agency="tamme",
                correlationid="r",
                data=event.model_dump(mode="json"),
            )
        )

    def _deliver(self, envelope: Envelope, *, crash: bool) -> None:
        """Deliver an event, which may have to come again."""
        self.crash = crash
        with suppress(Gap, Unavailable) if crash else suppress(Gap):
            self.runner.run(self.consumer.handle(envelope.written()))

    async def _projection(self) -> list[Any]:
        async with self.runtime.engine.connect() as connection:
            query = select(AccessGrant.grant_id, AccessGrant.category)
            ours = query.where(AccessGrant.grant_id.in_({envelope.aggregate for envelope in self.sent}))
            return list(await connection.execute(ours))


def test_any_order_and_any_number_of_deliveries_end_in_the_same_projection(diary_database: str) -> None:
    machine = type("GrantsHere", (Grants,), {"database": diary_database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
