"""Every changing operation, tried on what the actor may not see: refused as if nothing were there, changing nothing."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from deploy.proofs.access import taught
from deploy.proofs.access.aims import CLIENT, Aim, Kind, chosen_for
from deploy.proofs.access.bodies import CannotFill, Filler, aimed
from deploy.proofs.access.finding import Finding
from deploy.proofs.access.onlookers import Onlooker
from deploy.proofs.access.operations import Operation
from deploy.proofs.access.oracle import Oracle
from deploy.proofs.access.reading import TRIED_WHERE_REFUSED, is_refused_by_role, thorough_ones
from deploy.proofs.access.site import Answer
from deploy.proofs.access.world import World
from shared.ids import new_id


@dataclass(frozen=True)
class Attempt:
    """A change that was tried at an aim, with which body, and how that was answered."""

    aim: Aim
    body: str
    answer: Answer

    @property
    def told(self) -> tuple[int, str | None]:
        """What the answer tells whoever compares it with others."""
        return self.answer.status, self.answer.problem


class Changing:
    """Tries to change what is not the actor's to see."""

    def __init__(self, world: World, oracle: Oracle, finding: Finding, filler: Filler) -> None:
        self.world = world
        self.oracle = oracle
        self.finding = finding
        self._filler = filler
        self._tables: dict[tuple[str | None, str], list[str]] = defaultdict(list)
        for row in world.rows:
            self._tables[row.client, row.table].append(row.key)

    async def try_operation(self, operation: Operation, aims: Sequence[Aim], onlookers: Iterable[Onlooker]) -> None:
        """Let everybody try to change what they may not see, and hold the rows against what they were."""
        bodies = dict(self._bodies(operation))
        thorough = await thorough_ones(self.world, operation, aims[0], onlookers)
        chosen = {onlooker: chosen_for(onlooker, aims, thorough) for onlooker in onlookers}
        await asyncio.gather(*(self._attempts(operation, who, some, bodies) for who, some in chosen.items()))
        await self._judge_rows(operation)

    def _bodies(self, operation: Operation) -> Iterator[tuple[str, Any]]:
        """An empty body and a good one; where any agency may open a door of its own, no good one."""
        yield "empty body", {}
        if operation.name in taught.ANYBODYS_DOOR:
            return
        if operation.name in self.world.accepted:
            yield "good body", self.world.accepted[operation.name]
        elif operation.body is not None:
            try:
                yield "filled body", self._filler.fill(operation.body)
            except CannotFill as reason:
                self.finding.wrong(operation, "proof", "body", f"cannot be filled: {reason} (taught.py)")

    async def _attempts(
        self, operation: Operation, onlooker: Onlooker, chosen: Sequence[Aim], bodies: Mapping[str, Any]
    ) -> None:
        shut_out = [aim for aim in chosen if not self._may_see(onlooker, aim)]
        for name, body in bodies.items():
            tries = partial(self._attempt, operation, onlooker, name=name, body=body)
            first = [await tries(aim) for aim in shut_out[:TRIED_WHERE_REFUSED]]
            rest = [] if first and is_refused_by_role(first[-1].answer) else shut_out[TRIED_WHERE_REFUSED:]
            tried = {one.aim: one for one in [*first, *await asyncio.gather(*map(tries, rest))]}
            for aim, one in tried.items():
                self._judge(operation, onlooker, one, tried[aim.reference or aim])

    def _judge(self, operation: Operation, onlooker: Onlooker, one: Attempt, nothing: Attempt) -> None:
        """A change of what the onlooker may not see is answered as one of what does not exist."""
        self.finding.look(operation)
        self.finding.judge_status(operation, onlooker, one.aim, one.answer.status)
        if self._is_hidden(onlooker, one.aim) and one.told != nothing.told:
            what = f"{one.body}: is told {one.told}, and {nothing.told} of what does not exist"
            self.finding.wrong(operation, onlooker, one.aim, what)

    def _may_see(self, onlooker: Onlooker, aim: Aim) -> bool:
        visible = self.oracle.visible_to(onlooker)
        if aim.kind is Kind.ROW:
            return aim.row in visible
        return aim.kind in (Kind.CLIENT, Kind.ABOUT) and any(map(aim.concerns, visible))

    def _is_hidden(self, onlooker: Onlooker, aim: Aim) -> bool:
        """Whether what is tried should be answered as where nothing is: not so where only the row is missing.

        Nor where the client was erased: nothing is written under such an id, while a service takes an id that it has
        never heard of for that of a client whose events are on their way.
        """
        if aim.client in self.world.erased:
            return False
        return aim.kind is not Kind.MISSING or not any(map(aim.concerns, self.oracle.visible_to(onlooker)))

    async def _attempt(self, operation: Operation, onlooker: Onlooker, aim: Aim, *, name: str, body: Any) -> Attempt:
        sent = aimed(body, lambda member: self._id_for(aim, member))
        answer = await self.world.site.ask(onlooker, aim.asked(operation, sent, If_Match="*"))
        return Attempt(aim, name, answer)

    def _id_for(self, aim: Aim, member: str) -> str:
        """An id in a body: of a row of the client aimed at, or of nothing where nothing is aimed at."""
        if aim.client is None:
            return aim.ids.get(member) or str(new_id())
        if member == CLIENT:
            return aim.client
        stem = member.removesuffix("_id")
        found = self._tables.get((aim.client, stem), ())
        return found[0] if found else str(new_id())

    async def _judge_rows(self, operation: Operation) -> None:
        """What was there is as it was; what is new belongs to whoever made it, and so to no row of before."""
        now = {(row.table, row.key): row for row in await self.world.stored()}
        for row in self.world.rows:
            after = now.get((row.table, row.key))
            if after is None or after.digest != row.digest:
                done = "is gone" if after is None else "was changed"
                self.finding.wrong(operation, "somebody who may not see it", row, done)
        self.world.rows = [now.get((row.table, row.key), row) for row in self.world.rows]
