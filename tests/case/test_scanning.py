"""A pass over the whole register finds what the looks for each person find, in batches of any size, broken or not."""

import asyncio
import os
import random
import sys
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from deploy.embedded.postgres import EmbeddedPostgres
from services.case.app import app
from services.case.app import service as case_service
from services.case.clients.models import Client, Contact, Identity
from services.case.duplicates import service, store
from services.case.duplicates.models import DuplicatePair
from services.case.duplicates.rules import Held, Looking, Phase, Seeker, Two, pairs_among
from services.case.duplicates.scanner import scan_some
from services.case.identifiers.models import Identifier
from services.case.identifiers.rules import IdentifierKind, Known
from services.case.versions.rules import Source, Standing
from shared.access.categories import Category
from shared.actor import Role
from shared.db.copying import copy_to
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.conftest import new_database
from tests.support.register import fill
from tests.support.service import Running, serve, settings

Holder = tuple[int, bool, date | None]
Found = set[tuple[UUID, UUID, int, tuple[str, ...]]]

PEOPLE = 160
MANY = int(os.environ.get("SIDUS_PEOPLE", "2000"))
"""`make prove-scale` lets 200,000 be scanned."""

NAMESAKES = 70
FIRST = ("Anna", "Ana", "Jelena", "Елена", "Mari Liis", "Liis")
LAST = ("Tamm", "Tamm-Kask", "Kask", "Štšerbakova", "Щербакова", "Oja", "Anna")
BORN = (date(1984, 3, 7), date(1984, 7, 3), date(1985, 3, 7), date(1950, 1, 1), date(1971, 12, 30), None)
SOURCE = Source("tamme", "officer", "test", datetime(2026, 1, 1, tzinfo=UTC))
NOTE_MERGE = "INSERT INTO merged_client (merged_id, survivor_id, merge_id) VALUES ($1, $2, gen_random_uuid())"


def identity(dice: random.Random) -> dict[str, Any]:
    """Somebody of few names and few days of birth."""
    names = {"first_name": dice.choice(FIRST), "last_name": dice.choice(LAST), "date_of_birth": dice.choice(BORN)}
    return names | {"document_number": f"KX {dice.randrange(PEOPLE)}"}


def known_as(number: int) -> Known:
    """A code that two others have as codes of another kind or country."""
    country = ("LV", "FI", "EE")[number % 3]
    kind = IdentifierKind.TEMPORARY_NUMBER if country == "EE" else IdentifierKind.FOREIGN_CODE
    return Known(kind, country, f"T-{number // 3}")


def somebody(number: int, dice: random.Random) -> list[tuple[type[Any], dict[str, Any]]]:
    """One of the people, as rows: many have one name and date of birth, which therefore tell nothing."""
    client_id = new_id()
    scope = {"client_id": client_id, "owner_agency": dice.choice(["tamme", "probation"])}
    root = {"id": client_id, "category": Category.IDENTITY, "created_at": SOURCE.at, "changed_at": SOURCE.at}
    commonest = {"first_name": "Mari", "last_name": "Oja", "date_of_birth": BORN[3]} if number < NAMESAKES else {}
    reached = {"phone": f"+372 5{dice.randrange(80):07d}", "agreed_channels": []}
    versions = [Identity.first(identity(dice) | commonest, SOURCE, **scope)]
    if number % 4 == 0:
        former = Identity.first(identity(dice), SOURCE, **scope)
        versions.append(former | {"standing": Standing.FORMER, "superseded_at": SOURCE.at})
    ended = {"ended_at": SOURCE.at, "ended_as": "replaced", "ended_by": {}} if number % 5 == 0 else {}
    return [
        (Client, scope | root),
        *((Identity, version) for version in versions),
        (Contact, Contact.first(reached, SOURCE, **scope)),
        (Identifier, Identifier.of(known_as(number), SOURCE, **scope) | ended),
    ]


async def filled(url: str) -> None:
    """People who have much in common, two of whom have one record since a merge."""
    dice = random.Random(2026)
    rows = [row for number in range(PEOPLE) for row in somebody(number, dice)]
    connection = await asyncpg.connect(url)
    try:
        for table in (Client, Identity, Contact, Identifier):
            await copy_to(connection, table, [columns for of, columns in rows if of is table])
        await connection.execute(NOTE_MERGE, *islice((columns["id"] for of, columns in rows[::-1] if of is Client), 2))
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def large_database(postgres: EmbeddedPostgres) -> str:
    """A database of its own, since a scan looks at everybody."""
    url = asyncio.run(new_database(postgres.url, "case", "sidus_case_scanned"))
    asyncio.run(filled(url))
    return url


async def found_in(running: Running, batch: int, *, onward: bool) -> Found:
    """The pairs that are found when everybody is looked at in batches of a size; nothing of it is kept."""
    async with running.work() as work:
        everybody = [row.id for row in await work.check(select(Client.id).order_by(Client.id))]
        found = 0
        for start in range(0, len(everybody), batch):
            found += await service.reconsider(work, everybody[start : start + batch], onward=onward)
        pairs = await work.all(select(DuplicatePair))
        assert found == len(pairs)
        return as_found(pairs)


def as_found(pairs: Sequence[DuplicatePair]) -> Found:
    """Pairs, and what speaks for them."""
    return {(*pair.ids, pair.score, tuple(pair.reasons)) for pair in pairs}


async def broken_off(running: Running) -> bool:
    """Carry the scan on by a batch that is lost; answers whether there was a scan."""
    async with running.work() as work:
        under_way = await store.scan_under_way(work)
        if under_way is not None:
            await service.go_on(work, under_way)
            await work.flush()
    return under_way is not None


async def test_a_pass_in_batches_finds_the_same_pairs_as_a_look_for_each_person(large: Running) -> None:
    one_by_one = await found_in(large, 1, onward=False)
    assert len(one_by_one) > PEOPLE
    for batch in (7, 100, PEOPLE):
        assert await found_in(large, batch, onward=True) == one_by_one


async def test_a_pass_that_is_broken_off_goes_on_from_the_last_batch_and_enters_nothing_twice(
    large: Running, among_many: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = await found_in(large, PEOPLE, onward=True)
    monkeypatch.setattr(service, "BATCH", 50)
    operator = among_many.agency("tamme", Role.OPERATOR)
    scan = await operator.sends("/duplicates/scans")
    while await broken_off(large):
        assert await scan_some(large.runtime.around)
    done = await operator.asks(f"/duplicates/scans/{scan['id']}")
    assert (done["phase"], done["looked_at"], done["found"]) == ("done", PEOPLE, len(expected))
    async with large.work() as work:
        assert as_found(await work.all(select(DuplicatePair))) == expected


async def test_a_pass_over_a_large_register_comes_to_its_end(
    postgres: EmbeddedPostgres, capsys: pytest.CaptureFixture[str]
) -> None:
    url = await new_database(postgres.url, "case", "sidus_case_many")
    await fill(url, MANY)
    async with serve(case_service, app, settings(url)) as running:
        async with running.work(running.actor(role=Role.OPERATOR)) as work:
            scan = await service.start_scan(work)
            await work.commit()
        begun = perf_counter()
        while await scan_some(running.runtime.around):
            pass
        took = perf_counter() - begun
        async with running.work() as work:
            done = await store.scan(work, scan.id)
    assert (done.phase, done.looked_at, done.total) == (Phase.DONE, MANY, MANY)
    with capsys.disabled():
        sys.stdout.write(f"\n{MANY} people scanned in {took:.0f} s, {MANY / took:.0f} a second.\n")


HOLDERS = st.lists(
    st.tuples(st.integers(1, 6), st.booleans(), st.sampled_from(BORN)), max_size=8, unique_by=lambda holder: holder[0]
)
KEYS = st.lists(HOLDERS, max_size=5)
MERGED, SURVIVOR = 1, 4
SURVIVORS = {UUID(int=who): UUID(int=SURVIVOR if who == MERGED else who) for who in range(1, 7)}


@given(KEYS, st.sets(st.integers(2, 6)))
def test_whoever_find_each_other_meet_however_the_register_is_parted(keys: list[list[Holder]], cuts: set[int]) -> None:
    singly = [met(keys, [who], onward=False) for who in range(1, 7)]
    starts = [1, *sorted(cuts)]
    parts = [range(*ends) for ends in zip(starts, [*starts[1:], 7], strict=True)]
    assert set[Two]().union(*(met(keys, part, onward=True) for part in parts)) == set[Two]().union(*singly)


def met(keys: Sequence[Sequence[Holder]], people: Collection[int], *, onward: bool) -> set[Two]:
    """Whom these people find by the keys that they hold now."""
    looking, held = Looking(), list[Held]()
    for key, holders in enumerate(keys):
        whose = [UUID(int=who) for who, _, _ in holders]
        held.append((key, whose, [now for _, now, _ in holders], [born for *_, born in holders]))
        for who, now, born in holders:
            if now and who in people and who != MERGED:
                looking.by([key], Seeker(UUID(int=who), mutual=True, born=born))
    return pairs_among(looking.finds(held), SURVIVORS, onward=onward)
