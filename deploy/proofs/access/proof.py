"""The proof as a whole: make the world, ask the oracle, look through every operation and every projection."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from enum import IntEnum
from itertools import groupby
from typing import Final

from deploy.proofs.access import counting, inside, projections, searching, taught
from deploy.proofs.access.aims import Aim, CannotAim, Kind, aims_of
from deploy.proofs.access.bodies import Filler
from deploy.proofs.access.changing import Changing
from deploy.proofs.access.finding import Finding
from deploy.proofs.access.onlookers import Onlooker
from deploy.proofs.access.operations import Operation
from deploy.proofs.access.reading import Reading
from deploy.proofs.access.rows import looked_into
from deploy.proofs.access.site import Site
from deploy.proofs.access.states import QUICK, STATES
from deploy.proofs.access.world import World

Told = Callable[[str], None]
Aimed = tuple[Operation, list[Aim]]


async def prove(site: Site, *, quick: bool = False, tell: Told = lambda line: None) -> Finding:
    """Look at a site through everybody's eyes, quickly through fewer; `tell` is told how far it has come."""
    finding, states = Finding(), QUICK if quick else STATES
    tell(f"making a client in each of {len(states)} states")
    world = await World.made(site, states)
    onlookers = world.onlookers(quick=quick)
    finding.onlookers, finding.states, finding.rows = len(onlookers), len(states), len(world.rows)
    _judge_tables(world, finding)
    judge_rows(world, finding)
    await projections.compare(world, finding)
    await inside.knock(world, onlookers, finding)
    reading = Reading(world, world.oracle(), finding)
    changing = Changing(world, reading.oracle, finding, Filler(await site.document(), world.now))

    async def try_one(operation: Operation, aims: list[Aim]) -> None:
        tell(f"{operation}: {len(aims)} aims")
        if operation.name in taught.SEARCHES:
            await searching.search(world, operation, onlookers, finding)
        elif operation.name in taught.COUNTS:
            await counting.count(world, operation, onlookers, finding)
        elif operation.is_reading:
            await reading.try_operation(operation, aims, onlookers)
        elif any(aim.kind is not Kind.EVERYTHING for aim in aims):
            await changing.try_operation(operation, aims, onlookers)
        elif operation.name not in taught.NAMES_NOBODY:
            finding.wrong(operation, "proof", "aim", "nothing is named that might be changed (taught.py)")

    for turn, together in groupby(sorted(_aimed(world, finding), key=_turn), key=_turn):
        await _at_once(AT_ONCE[turn], [try_one(*aimed) for aimed in together])
    _judge_paths(reading, finding)
    return finding


async def _at_once(most: int, tries: Iterable[Awaitable[None]]) -> None:
    """Await everything in its order, so many at once."""
    places = asyncio.Semaphore(most)

    async def in_its_place(one: Awaitable[None]) -> None:
        async with places:
            await one

    await asyncio.gather(*map(in_its_place, tries))


class Turn(IntEnum):
    """Logs first, as every later look adds to them; changes last, as what they make belongs to no oracle."""

    LOGS = 0
    LOOKS = 1
    CHANGES = 2


AT_ONCE: Final = {Turn.LOGS: 1, Turn.LOOKS: 4, Turn.CHANGES: 1}
"""How many operations are tried at once: of changes one, so that it is known which of them changed a row."""


def _turn(aimed: Aimed) -> Turn:
    operation, _ = aimed
    if "access-log" in operation.path:
        return Turn.LOGS
    return Turn.LOOKS if operation.is_reading or operation.name in taught.SEARCHES else Turn.CHANGES


def _aimed(world: World, finding: Finding) -> list[Aimed]:
    """Every operation with its aims; one that cannot be aimed is a fault of the proof."""
    aimed = []
    for operation in world.operations:
        try:
            aimed.append((operation, aims_of(operation, world)))
        except CannotAim as reason:
            finding.wrong(operation, "proof", "aim", f"{reason} (deploy/proofs/access/taught.py)")
    return aimed


def _judge_tables(world: World, finding: Finding) -> None:
    """Every table of which it is known who may see its rows has some to be looked at."""
    filled = {(row.service, row.table) for row in world.rows}
    for service in world.site.services:
        for table, _ in looked_into(service):
            finding.look("tables")
            if (service, table.name) not in filled:
                where = f"{service}.{table.name}"
                finding.wrong(where, "proof", "world", "no act leaves a row (deploy/proofs/access/acts.py)")


def judge_rows(world: World, finding: Finding) -> None:
    """Each row belongs to the agency that wrote its words, and is about the client of whom they were written."""
    for row in world.rows:
        finding.look("rows")
        for author in {world.marks.authors[mark] for mark in row.marks}:
            about = {world.clients[author.state], world.survivor(world.clients[author.state]), None}
            is_theirs = author.agency == row.owner and row.client in about
            if not is_theirs and row.table not in taught.WRITTEN_FOR_ANOTHER:
                finding.wrong("rows", author.agency, row, f"wrote in it about {author.state}")


def _judge_paths(reading: Reading, finding: Finding) -> None:
    """Every table is shown to somebody, and whoever is shown rows of a table is shown all that they may see."""
    shown_to: dict[str, set[Onlooker]] = defaultdict(set)
    for row, onlookers in reading.shown.items():
        shown_to[row.place] |= onlookers
    for onlooker in filter(reading.world.comes_first, reading.world.onlookers()):
        for row in reading.oracle.visible_to(onlooker).intersection(reading.world.rows):
            is_shown_others = onlooker in shown_to[row.place] or not shown_to[row.place]
            if is_shown_others and onlooker not in reading.shown[row] and row.table not in taught.NEVER_SHOWN:
                finding.wrong("every operation", onlooker, row, "may be seen and is not shown by any")
