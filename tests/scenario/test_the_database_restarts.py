"""PostgreSQL is restarted under load: callers are told to come back, and what was acknowledged is there."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from tests.support.caller import Told
from tests.support.front_door import Officer
from tests.support.system import LiveSystem, settled
from tests.support.waiting import until

LONGEST_ANSWER_SECONDS = 30
ENOUGH = 5


class Keen:
    """Somebody who asks for the same again and again, whatever is answered."""

    def __init__(self, ask: Callable[[], Awaitable[Any]]) -> None:
        self._ask = ask
        self.answers: list[Any] = []
        self.refusals: list[Told] = []

    async def goes_on(self) -> None:
        """Ask until cancelled; an answer that never comes ends it."""
        while True:
            async with asyncio.timeout(LONGEST_ANSWER_SECONDS):
                try:
                    self.answers.append(await self._ask())
                except Told as refusal:
                    self.refusals.append(refusal)

    async def has(self, kept: list[Any]) -> None:
        """Wait until there are some more of these."""
        before = len(kept)

        async def gained() -> int:
            return len(kept) - before

        await until(gained, lambda number: number >= ENOUGH)


async def test_a_restart_of_the_database_is_told_and_loses_nothing_acknowledged(
    system: LiveSystem, city: Officer, fund: Officer, today: date
) -> None:
    assessed = (await city.registers())["id"]
    await city.assesses(assessed)
    keen = {
        "case": Keen(city.registers),
        "assessment": Keen(lambda: city.finds_assessments(assessed)),
        "network": Keen(lambda: city.asks("/networks")),
        "feedback": Keen(lambda: city.asks("/indices", survey="recommendation")),
    }
    asking = [asyncio.create_task(one.goes_on()) for one in keen.values()]
    await asyncio.gather(*(one.has(one.answers) for one in keen.values()))
    async with system.without("postgres"):
        await asyncio.gather(*(one.has(one.refusals) for one in keen.values()))
    await asyncio.gather(*(one.has(one.answers) for one in keen.values()))
    for task in asking:
        task.cancel()
    assert [type(ended) for ended in await asyncio.gather(*asking, return_exceptions=True)] == [
        asyncio.CancelledError
    ] * len(asking)

    for service, one in keen.items():
        assert {refusal.status for refusal in one.refusals} == {503}, service
        assert all("Retry-After" in refusal.headers for refusal in one.refusals)
    acknowledged = [client["id"] for client in keen["case"].answers]
    assert Counter(await _clients(system, acknowledged)) == Counter(acknowledged)

    client = keen["case"].answers[0]
    await city.assesses(client["id"])
    await city.shares_needs(client, fund, today)
    assert await fund.comes_to_see_assessments(client["id"])
    await settled(system)


async def _clients(system: LiveSystem, ids: list[str]) -> list[str]:
    async with system.stores.database("case") as connection:
        return [str(row["id"]) for row in await connection.fetch("SELECT id FROM client WHERE id = ANY($1)", ids)]
