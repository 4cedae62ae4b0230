"""What the access proof says of searches and statistics that answer otherwise than they should."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import orjson
import pytest

from deploy.proofs.access import counting, searching
from deploy.proofs.access.finding import Finding
from deploy.proofs.access.marks import Author
from deploy.proofs.access.onlookers import Onlooker
from deploy.proofs.access.operations import Operation
from deploy.proofs.access.oracle import Closing
from deploy.proofs.access.rows import Row
from deploy.proofs.access.site import Answer, Asked, Site
from deploy.proofs.access.world import World
from shared.access.categories import Category
from shared.actor import Role

ANNA, MART = "01980000-0000-7000-8000-00000000000a", "01980000-0000-7000-8000-00000000000b"
CITY = Onlooker("tamme", "municipality", Role.CASE_MANAGER, officer="mari.maasikas")
ASKED = Operation("asked", "POST", "/asked", (), None, frozenset(), frozenset())


@dataclass
class Answering:
    """A site that has one answer to everything."""

    content: Mapping[str, Any]

    async def ask(self, who: Onlooker, asked: Asked) -> Answer:
        """The answer."""
        return Answer(200, orjson.dumps(self.content).decode())


def world_of(content: Mapping[str, Any]) -> World:
    """A world with Anna in it, whose site has one answer to everything."""
    world = World(cast(Site, Answering(content)), datetime(2026, 5, 4, tzinfo=UTC), ())
    world.clients = {"anna": ANNA}
    world.searched = {ANNA: [{"personal_code": "49001010000"}]}
    world.rows = [Row("feedback", "answer", "1", CITY.agency, ANNA, Category.FEEDBACK, "", {}, frozenset())]
    return world


async def said_of_search(world: World) -> Sequence[str]:
    """What is wrong with how the search for Anna was answered."""
    found = Finding()
    await searching.search(world, ASKED, [CITY], found)
    return [mismatch.what for mismatch in found.mismatches]


async def said_of_counts(world: World) -> Sequence[str]:
    """What is wrong with the figures."""
    found = Finding()
    await counting.count(world, ASKED, [CITY], found)
    return [mismatch.what for mismatch in found.mismatches]


def hits(*clients: str) -> dict[str, Any]:
    return {"items": [{"client_id": client} for client in clients]}


@pytest.mark.parametrize(
    ("found", "wrong"), [((ANNA,), 0), ((), 1), ((MART,), 1), ((ANNA, MART), 1)], ids=["her", "none", "him", "both"]
)
async def test_a_search_finds_who_is_looked_for_and_nobody_else(found: tuple[str, ...], wrong: int) -> None:
    assert len(await said_of_search(world_of(hits(*found)))) == wrong


async def test_a_search_that_shows_a_word_is_found() -> None:
    world = world_of({})
    word = world.marks.word(Author("tamme", "anna"))
    world.site = cast(Site, Answering({"items": [{"client_id": ANNA, "last_name": word}]}))

    assert await said_of_search(world) == [f"is shown ['{word}'], which should be masked"]


async def test_a_search_that_finds_a_closed_record_is_found() -> None:
    world = world_of(hits(ANNA))
    world.facts.closings.append(Closing(ANNA, frozenset()))

    assert await said_of_search(world) == [f"finds ['{ANNA}'], not []"]


@pytest.mark.parametrize(("answers", "wrong"), [(0, 1), (1, 0), (2, 1)])
async def test_figures_that_rest_on_other_answers_than_the_agencys_are_found(answers: int, wrong: int) -> None:
    assert len(await said_of_counts(world_of({"indices": [{"answers": answers}]}))) == wrong


async def test_figures_that_count_a_closed_record_are_found() -> None:
    world = world_of({"indices": [{"answers": 1}]})
    world.facts.closings.append(Closing(ANNA, frozenset()))

    assert await said_of_counts(world) == ["counts 1, and was given 0"]
