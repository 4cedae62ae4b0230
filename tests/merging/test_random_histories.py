"""Whatever has happened to two records: merged and parted again, every row of every service is as it was."""

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shared.actor import Role
from shared.ids import new_id
from tests.merging.acts import ACTS, AGENCIES, Story
from tests.merging.world import Dump, World
from tests.support.people import form_a

pytestmark = pytest.mark.timeout(300)

CLIENTS = (0, 1, 2)
FIELDS = ("identity__first_name", "contact__phone", "contact__preferred_language", "social__statuses", "health__note")
PAIRS = [(1, 0), (2, 0), (0, 1), (0, 2), (2, 1), (1, 2)]

histories = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(AGENCIES), st.sampled_from(CLIENTS)), max_size=6
)
plans = st.lists(st.tuples(st.sampled_from(PAIRS), st.sets(st.sampled_from(FIELDS))), min_size=1, max_size=3)
orders = st.integers(0, 2**32).map(Random)
BOUNDED = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Each example takes a second: a failing one is told as it is, not made smaller for minutes."""


@dataclass
class Tale:
    """Three people, what happens to them, and the merges that stand."""

    world: World
    story: Story
    people: list[dict[str, Any]]
    merges: list[dict[str, Any]]

    async def happens(self, history: list[tuple[str, str, int]]) -> None:
        """Officers do things about the people, each by the id that the person was given first."""
        for act, agency, who in history:
            await self.story.goes_on(act, agency, self.people[who]["id"])

    async def merges_by(self, plan: list[tuple[tuple[int, int], set[str]]], dice: Random) -> None:
        """The registrar merges records that stand by themselves; some events arrive meanwhile."""
        registrar = self.world.officer("tamme", Role.REGISTRAR)
        gone = set[int]()
        for (merged, survivor), fields in plan:
            if not gone & {merged, survivor}:
                choices = {name: "merged" for name in fields if name in FIELDS}
                self.merges.append(await registrar.merges(self.people[merged], into=self.people[survivor], **choices))
                gone.add(merged)
                await self.world.delivers(dice, most=dice.randrange(8))

    async def parts(self, dice: Random) -> None:
        """The merges are undone, the last first."""
        registrar = self.world.officer("tamme", Role.REGISTRAR)
        while self.merges:
            await registrar.undoes(self.merges.pop())
            await self.world.delivers(dice, most=dice.randrange(8))


async def begun(world: World) -> Tale:
    """Three people are known to the municipality, the last by a temporary number."""
    city = world.officer("tamme")
    people = [await city.registers(form_a(social={"statuses": [status]})) for status in ("pensioner", "unemployed")]
    form = form_a(contact={"preferred_language": "ru"})
    del form["identity"]["personal_code"]
    form["identity"]["other_identifier"] = {"kind": "temporary_number", "value": f"T-{new_id().hex[-8:]}"}
    return Tale(world, Story(world), [*people, await city.registers(form)], [])


@BOUNDED
@given(history=histories, plan=plans, dice=orders)
async def test_merged_and_parted_again_every_row_of_every_service_is_as_it_was(
    world: World, history: list[tuple[str, str, int]], plan: list[tuple[tuple[int, int], set[str]]], dice: Random
) -> None:
    tale = await begun(world)
    await tale.happens(history)
    await world.delivers(dice)
    before = await world.dump()

    await tale.merges_by(plan, dice)
    await tale.parts(dice)
    await world.delivers(dice)

    assert different(before, await world.dump()) == {}


@BOUNDED
@given(history=histories, late=st.integers(0, 12), since=histories, plan=plans, dice=orders)
async def test_whatever_is_written_meanwhile_what_was_there_names_whom_it_named_and_parts_stay_together(
    world: World,
    history: list[tuple[str, str, int]],
    late: int,
    since: list[tuple[str, str, int]],
    plan: list[tuple[tuple[int, int], set[str]]],
    dice: Random,
) -> None:
    tale = await begun(world)
    await tale.happens(history)
    await world.delivers(dice, most=late)
    before = await named(world)

    await tale.merges_by(plan, dice)
    await tale.happens(since)
    await tale.parts(dice)
    await world.delivers(dice)

    after = await named(world)
    assert {key: (whom, after[key]) for key, whom in before.items() if after.get(key, whom) != whom} == {}
    assert await strays(world) == []
    assert await aliases(world) == []
    assert await nameless(world) == []


def different(before: Dump, after: Dump) -> dict[tuple[str, str], Counter[str]]:
    """The rows that are not in both."""
    assert before.keys() == after.keys()
    return {place: Counter(before[place] ^ after[place]) for place in before if before[place] != after[place]}


async def named(world: World) -> dict[tuple[str, str, str], str]:
    """Whom each row names, by service, table and id."""
    found = {}
    for service in world.running:
        for table in await world.tables_with(service, "id", "client_id"):
            for row, client in await world.asked(service, f'SELECT id, client_id FROM "{table}"'):  # noqa: S608
                if client is not None:
                    found[service, table, str(row)] = str(client)
    return found


async def strays(world: World) -> list[tuple[Any, ...]]:
    """Rows that hang on a case and name another client than the case, and grants that name another than here."""
    cases = dict(await world.asked("case", 'SELECT id, client_id FROM "case"'))
    grants = dict(await world.asked("case", "SELECT id, client_id FROM client_grant"))
    found = []
    for service in world.running:
        for column, whole in (("case_id", cases), ("grant_id", grants)):
            for table in await world.tables_with(service, column, "client_id"):
                query = f'SELECT {column}, client_id FROM "{table}" WHERE {column} IS NOT NULL'  # noqa: S608
                for key, client in await world.asked(service, query):
                    if whole.get(key, client) != client:
                        found.append((service, table, key, client, whole[key]))
    return found


async def nameless(world: World) -> list[Any]:
    """Records that are known by nothing, and codes on another record than what they took the place of."""
    known_by_nothing = """
        SELECT id FROM client WHERE NOT EXISTS
            (SELECT FROM client_identifier AS known WHERE known.client_id = client.id AND known.ended_at IS NULL)"""
    parted = """
        SELECT former.id FROM client_identifier AS former, client_identifier AS known
        WHERE known.id = former.replaced_by AND known.client_id <> former.client_id"""
    return [row for query in (known_by_nothing, parted) for row in await world.asked("case", query)]


async def aliases(world: World) -> list[Any]:
    """What is left of merges that were undone."""
    tables = ("merged_client", "merge_move")
    return [
        row for service in world.running for table in tables for row in await world.asked(service, f"TABLE {table}")
    ]
