"""The world that is looked at: its clients, what came to pass with them, and every row that it left behind."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from deploy.proofs.access import taught
from deploy.proofs.access.acts import ACTS, LATER
from deploy.proofs.access.marks import Marks
from deploy.proofs.access.onlookers import NOBODY, Onlooker, officers, people
from deploy.proofs.access.operations import Operation, operations_of
from deploy.proofs.access.oracle import Facts, Oracle
from deploy.proofs.access.rows import Look, Row, entries_about, rows_about
from deploy.proofs.access.site import Site
from deploy.proofs.access.states import State
from deploy.proofs.access.story import Act, Story
from shared.actor import Role

REST_SECONDS: Final = 1
"""Twice as long as those wait who do what is due by the clock."""

PEOPLE: Final = ("danger", "closed", "known_twice")
"""The states of those who look quickly: together they are told of what only some of the people are."""

ZONE: Final = ZoneInfo("Europe/Tallinn")
"""Where a consent's day begins."""


@dataclass
class World:
    """A site with synthetic clients in it."""

    site: Site
    now: datetime
    operations: Sequence[Operation]
    marks: Marks = field(default_factory=Marks)
    facts: Facts = field(default_factory=Facts)
    clients: dict[str, str] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    log: Sequence[Row] = ()
    searched: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    accepted: dict[str, Any] = field(default_factory=dict)

    @classmethod
    async def made(cls, site: Site, states: Sequence[State]) -> "World":
        """A world with one client in each state; consents that end today are over in it."""
        world = cls(site, await site.now(), list(operations_of(await site.document())))
        stories = [Story(world, state.__name__) for state in states]
        await asyncio.gather(*(state(story) for story, state in zip(stories, states, strict=True)))
        await site.settled()
        await world.passes(timedelta(days=2))
        for story in stories:
            for agency in story.worked_by:
                await world.carry_out(LATER, story, agency)
            for happening in story.later:
                await happening()
        await world.comes_to_rest()
        world.now = await site.now()
        world.rows = await world.stored()
        # The log of a record is never changed: the log of a survivor includes that of whoever was merged into it.
        log = await world.stored(entries_about)
        world.log = [replace(entry, client=world.survivor(str(entry.client))) for entry in log]
        return world

    async def comes_to_rest(self) -> None:
        """Wait until events have had their effect, and what is done by the clock is done."""
        await self.site.settled()
        before, now = None, {(row.place, row.key): row.digest for row in await self.stored()}
        while now != before:
            await asyncio.sleep(REST_SECONDS)
            before, now = now, {(row.place, row.key): row.digest for row in await self.stored()}
        await self.site.settled()

    async def works(self, story: Story, agency: str) -> None:
        """An agency does its work with a client."""
        await self.carry_out(ACTS, story, agency)

    async def carry_out(self, acts: Mapping[str, Sequence[Act]], story: Story, agency: str) -> None:
        """An agency does with a client everything that can be done here."""
        for service in self.site.services:
            for act in acts.get(service, ()):
                await act(story, agency)

    async def passes(self, time_: timedelta) -> None:
        """Time passes."""
        await self.site.advance(time_)
        self.now = await self.site.now()

    def oracle(self) -> Oracle:
        """Who may see which row now."""
        return Oracle(self.facts, [*self.rows, *self.log], self.now)

    def survivor(self, client: str) -> str:
        """The record that answers for a client: the client's own, or the one that it was merged into."""
        return self.facts.merged.get(client, client)

    @property
    def state_of(self) -> dict[str, str]:
        """Client -> the state it is in."""
        return {client: state for state, client in self.clients.items()}

    def officer(self, agency: str, role: Role = Role.CASE_MANAGER) -> Onlooker:
        """The first officer of an agency in a role."""
        return next(who for who in officers(self.site.agencies) if (who.agency, who.role) == (agency, role))

    def onlookers(self, *, quick: bool = False) -> list[Onlooker]:
        """Everybody who looks; quickly, an officer of each agency, the first and the last of each role, some people."""
        everybody = [*officers(self.site.agencies), *people(self.site.agencies, self.clients.values())]
        if not quick:
            return [*everybody, NOBODY]
        last_in_role = {who.role: who for who in everybody if who.role is not Role.PERSON}
        first_in_role = {who.role: who for who in reversed(everybody) if who.role in last_in_role}
        persons = {self.clients[state] for state in PEOPLE if state in self.clients}
        chosen = [who for who in everybody if self.comes_first(who) or who.person in persons]
        return list(dict.fromkeys([*chosen, *first_in_role.values(), *last_in_role.values(), NOBODY]))

    def comes_first(self, onlooker: Onlooker) -> bool:
        """Whether the onlooker is the first case manager of an agency."""
        return onlooker.role is Role.CASE_MANAGER and onlooker == self.officer(onlooker.agency)

    def service_of(self, agency: str) -> str:
        """The code of the service that an agency gives in this world; a code, so events may carry it."""
        return f"of-{self.marks.run[2:]}-{agency}"

    def beginning_of(self, day: date) -> datetime:
        """The first moment of a day."""
        return datetime.combine(day, time.min, ZONE)

    def learned(self, method: str, path: str, body: Any) -> None:
        """A body was accepted: it is a good one for the operation."""
        for operation in self.operations:
            if operation.method == method and operation.pattern.fullmatch(path):
                self.accepted.setdefault(operation.name, body)

    def rows_named(self, operation: str, parameter: str) -> list[Row]:
        """The rows of the table that an id parameter names: `map_id` those of `network_map`."""
        stem = taught.TABLES.get(f"{operation}.{parameter}", parameter.removesuffix("_id"))
        tables = {row.table for row in self.rows}
        meant = {stem} & tables or {table for table in tables if table.endswith(f"_{stem}")}
        return [row for row in self.rows if row.table in meant]

    async def stored(self, look: Look = rows_about) -> Sequence[Row]:
        """Every row about the world's clients as it is stored now, or every entry of the access logs about them."""
        found = await asyncio.gather(*(self._stored_in(service, look) for service in self.site.services))
        return [row for rows in found for row in rows]

    async def _stored_in(self, service: str, look: Look) -> Sequence[Row]:
        async with self.site.database(service) as connection:
            return await look(connection, service, list(self.clients.values()), self.marks)
