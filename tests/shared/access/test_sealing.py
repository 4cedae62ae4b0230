"""The sealer gives every entry its place, whatever comes in between."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.exc import DBAPIError

from shared.access import entries
from shared.access import sealer as sealing
from shared.access.categories import AccessAction
from shared.access.sealer import ChainBroken, Sealer
from shared.access.verification import Fault, Wrong, unchained
from shared.ids import new_id
from tests.shared.access.logbook import Logbook, logbook, suffers, verified
from tests.shared.databases import copy
from tests.support.waiting import eventually

PLACES = "SELECT position FROM access_seal ORDER BY seq"


@pytest.fixture
async def book(blueprint: str) -> AsyncIterator[Logbook]:
    """A service whose log is empty."""
    async with logbook("case", await copy(blueprint)) as book:
        yield book


async def test_entries_are_chained_without_a_gap_batch_by_batch(book: Logbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)
    await book.writes(8)
    await book.seals()
    await book.writes(2)
    await book.seals()
    assert await book.asked(PLACES) == [(place,) for place in range(1, 11)]
    assert await book.asked("SELECT position FROM access_head") == [(10,)]
    result, faults = await verified(case=book.database)
    assert (str(result), faults) == ("services=1 entries=10 sealed=10 anchors=0 faults=0", [])


async def test_an_entry_whose_transaction_ends_late_takes_a_later_place(book: Logbook) -> None:
    async with book.running.work(book.running.actor()) as slow:
        slow.ledger.touched(new_id(), AccessAction.READ, "plan", "tamme")
        await entries.write(slow.session, await slow._entries())
        await book.writes(2)
        await book.seals()
        await slow.session.commit()
    await book.seals()
    assert await book.asked(PLACES) == [(3,), (1,), (2,)]
    assert (await verified(case=book.database))[1] == []


async def test_a_sealer_that_is_killed_leaves_a_whole_chain(book: Logbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    await book.writes(6)
    backend = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    async with book.at_the_chain() as (sealer, connection):
        chaining, killed = sealing._chain, 0

        async def dying(*args: object) -> None:
            nonlocal killed
            killed += 1
            if killed == 2:
                await suffers(book.database, backend)
            await chaining(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(sealing, "_chain", dying)
        with pytest.raises(DBAPIError):
            await sealer.round(connection)
        monkeypatch.setattr(sealing, "_chain", chaining)
    assert (await verified(case=book.database))[0].sealed == 2
    await book.seals()
    assert (await verified(case=book.database))[0].sealed == 6


async def test_only_one_sealer_of_a_service_is_at_work(book: Logbook) -> None:
    async with book.at_the_chain():
        second = asyncio.create_task(book.seals())
        done, _ = await asyncio.wait([second], timeout=0.2)
        assert not done
    await second


async def test_two_sealers_who_both_think_they_are_alone_do_not_fork_the_chain(book: Logbook) -> None:
    await book.writes(2)
    async with book.at_the_chain() as (sealer, connection):
        stale = await sealer._head(connection), await sealing._waiting(connection)
        await sealer.round(connection)
        await book.writes()
        with pytest.raises(ChainBroken):
            await sealing._chain(connection, *stale)
        await sealer.round(connection)
    assert str((await verified(case=book.database))[0]) == "services=1 entries=3 sealed=3 anchors=0 faults=0"


async def test_a_chain_whose_head_was_taken_away_is_not_begun_again(book: Logbook) -> None:
    await book.writes(2)
    await book.seals()
    await suffers(book.database, "DELETE FROM access_head")
    await book.writes()
    with pytest.raises(ChainBroken):
        await book.seals()


async def test_a_service_at_work_seals_what_it_logs(blueprint: str) -> None:
    async with logbook("case", await copy(blueprint), at_work=True) as book:
        await book.writes(3)

        async def sealed() -> int:
            return (await verified(case=book.database))[0].sealed

        await eventually(sealed, 3)


async def test_what_nobody_chains_is_noticed_at_the_second_look(book: Logbook) -> None:
    await book.writes(2)
    sealer = Sealer(book.name, book.running.runtime.engine)
    async with book.running.runtime.engine.connect() as connection:
        assert await sealer.look(connection) == 0
        await book.writes()
        assert await sealer.look(connection) == 2
        await book.seals()
        assert await sealer.look(connection) == 0


async def test_a_verification_names_the_oldest_entry_that_nobody_chains(book: Logbook) -> None:
    await book.writes(2)
    ((oldest,),) = await book.asked("SELECT id FROM access_log ORDER BY seq LIMIT 1")
    logs = {book.name: book.database}
    assert await unchained(logs, patience_seconds=0.5) == [Fault("case", Wrong.NOT_CHAINED, entry_id=oldest)]
    looking = asyncio.create_task(unchained(logs, patience_seconds=30))
    await book.seals()
    assert await looking == []
