"""Whatever is done to one row of the log, or to its end, a verification finds it and names it."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from shared.access import verification
from shared.access.entries import COLUMNS
from shared.access.verification import Fault, Wrong
from tests.shared.access.logbook import NAMES, a_day_later, logbook, suffers, verified
from tests.shared.databases import copy, copy_of

CHAINED, WAITING = 3, 6
"""Numbers of an entry in the midst of the chain, and of one that the sealer has not come to yet."""

CHANGES = {
    "id": "gen_random_uuid()",
    "at": "at + interval '1 microsecond'",
    "client_id": "gen_random_uuid()",
    "categories": "'{}'",
    "case_id": "gen_random_uuid()",
    "hidden_code": "'KrMS:126', hidden_until = at",
    "hidden_until": "at, hidden_code = 'x'",
}


Databases = dict[str, str]


async def written(server: str) -> Databases:
    """Two services; five sealed entries each, anchored on two days at each other, and two entries not sealed yet."""
    databases = {name: await copy(server) for name in NAMES}
    async with AsyncExitStack() as stack:
        case, peer = [await stack.enter_async_context(logbook(name, url)) for name, url in databases.items()]
        for entries in (2, 3):
            for book, other in ((case, peer), (peer, case)):
                await book.writes(entries)
                await book.seals()
                await book.anchors(other)
            a_day_later(case, peer)
        await case.writes(2)
    return databases


@pytest.fixture(scope="module")
def templates(blueprint: str) -> Databases:
    """The two databases before anybody has tampered with them."""
    return asyncio.run(written(blueprint))


@pytest.fixture
async def logs(templates: Databases, blueprint: str) -> Databases:
    """The two databases, for this test alone."""
    return {name: await copy_of(url, blueprint) for name, url in templates.items()}


async def found(logs: Databases) -> list[tuple[str, Wrong, int | None, bool]]:
    """What a verification says: service, what is wrong, position, and whether an entry is named."""
    _, faults = await verified(**logs)
    return [(fault.service, fault.wrong, fault.position, fault.entry_id is not None) for fault in faults]


async def test_a_whole_log_has_no_faults(logs: Databases) -> None:
    result, faults = await verified(**logs)
    assert faults == []
    assert str(result) == "services=2 entries=12 sealed=10 anchors=8 faults=0"


@pytest.mark.parametrize("column", [column.key for column in COLUMNS])
async def test_an_altered_entry_is_named(logs: Databases, column: str) -> None:
    change = CHANGES.get(column, "'forged'")
    await suffers(logs["case"], f"UPDATE access_log SET {column} = {change} WHERE seq = {CHAINED}")  # noqa: S608
    assert await found(logs) == [("case", Wrong.ALTERED, CHAINED, True)]


async def test_an_entry_altered_before_it_was_chained_is_named(logs: Databases) -> None:
    await suffers(logs["case"], f"UPDATE access_log SET officer = 'nobody' WHERE seq = {WAITING}")  # noqa: S608
    assert await found(logs) == [("case", Wrong.ALTERED, None, True)]


@pytest.mark.parametrize(("seq", "position"), [(CHAINED, CHAINED), (WAITING, None)], ids=["chained", "waiting"])
async def test_a_deleted_entry_is_named(logs: Databases, seq: int, position: int | None) -> None:
    async with logbook("case", logs["case"]) as case:
        [(entry,)] = await case.asked(f"SELECT id FROM access_log WHERE seq = {seq}")  # noqa: S608
    await suffers(logs["case"], f"DELETE FROM access_log WHERE seq = {seq}")  # noqa: S608
    _, [fault] = await verified(**logs)
    assert fault == Fault("case", Wrong.MISSING, position, entry_id=entry)
    assert str(fault).endswith(f"entry {entry}: the entry was taken away")


COPY = """
    INSERT INTO access_log (seq, id, at, client_id, agency, officer, action, operation, categories, ground, request_id)
    SELECT {seq}, gen_random_uuid(), at, client_id, agency, officer, action, operation, categories, ground, request_id
    FROM access_log WHERE seq = 1
"""

ONE_ROW: dict[str, tuple[str, list[tuple[Wrong, int | None, bool]]]] = {
    "an entry put in by hand": (COPY.format(seq=99), [(Wrong.UNSEALED, None, True)]),
    "an entry under another number": (
        "UPDATE access_log SET seq = 99 WHERE seq = 3",
        [(Wrong.UNSEALED, None, True), (Wrong.MISSING, 3, True)],
    ),
    "a digest altered": (
        "UPDATE access_seal SET digest = '\\x00' WHERE seq = 3",
        [(Wrong.ALTERED, 3, True), (Wrong.SEAL_ALTERED, 3, True)],
    ),
    "a hash altered": ("UPDATE access_seal SET hash = '\\x00' WHERE seq = 3", [(Wrong.SEAL_ALTERED, 3, True)]),
    "a seal of another entry": (
        "UPDATE access_seal SET entry_id = gen_random_uuid() WHERE seq = 3",
        [(Wrong.ALTERED, 3, True), (Wrong.SEAL_ALTERED, 3, True)],
    ),
    "a seal under another number": (
        "UPDATE access_seal SET seq = 99 WHERE seq = 3",
        [(Wrong.UNSEALED, None, True), (Wrong.MISSING, 3, True), (Wrong.SEAL_ALTERED, 3, True)],
    ),
    "a seal moved": (
        "UPDATE access_seal SET position = 1000000000 WHERE seq = 3",
        [(Wrong.SEALS_MISSING, 3, False), (Wrong.SEALS_MISSING, 6, False), (Wrong.END_ALTERED, 1000000000, False)],
    ),
    "a seal deleted": (
        "DELETE FROM access_seal WHERE seq = 3",
        [(Wrong.UNSEALED, None, True), (Wrong.SEALS_MISSING, 3, False)],
    ),
    "a seal that waited deleted": ("DELETE FROM access_seal WHERE seq = 6", [(Wrong.UNSEALED, None, True)]),
    "a seal put back among those that wait": (
        "UPDATE access_seal SET position = NULL, hash = NULL WHERE seq = 3",
        [(Wrong.SEALS_MISSING, 3, False)],
    ),
    "the head altered": ("UPDATE access_head SET hash = '\\x00'", [(Wrong.END_ALTERED, 5, False)]),
    "the head deleted": ("DELETE FROM access_head", [(Wrong.END_ALTERED, 5, False)]),
    "an anchor of one's own altered": (
        "UPDATE access_anchor SET hash = '\\x00' WHERE service = 'case' AND position = 2",
        [(Wrong.ANCHOR_CONTRADICTED, 2, False)],
    ),
    "an anchor of one's own deleted": (
        "DELETE FROM access_anchor WHERE service = 'case' AND position = 5",
        [(Wrong.ANCHOR_MISSING, 5, False)],
    ),
}


@pytest.mark.parametrize("attack", ONE_ROW)
async def test_what_is_done_to_any_one_row_is_named(logs: Databases, attack: str) -> None:
    statement, wrongs = ONE_ROW[attack]
    await suffers(logs["case"], statement)
    told = [wrong[1:] for wrong in await found(logs)]
    assert sorted(told, key=str) == sorted(wrongs, key=str)


async def test_an_anchor_that_a_peer_has_lost_is_named(logs: Databases) -> None:
    await suffers(logs["assessment"], "DELETE FROM access_anchor WHERE service = 'case' AND position = 2")
    _, [fault] = await verified(**logs)
    assert str(fault) == (
        "case: position 2: anchor of 2026-05-04 at assessment: an anchor that others keep was taken away"
    )


async def test_a_chain_anchored_while_it_is_verified_has_no_faults(
    logs: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with logbook("case", logs["case"]) as case, logbook("assessment", logs["assessment"]) as peer:
        a_day_later(case, case)
        await case.seals()
        reading = verification._anchors_at

        async def reading_at_last(*asked: Any) -> Any:
            monkeypatch.setattr(verification, "_anchors_at", reading)
            found = await reading(*asked)
            await case.anchors(peer)
            return found

        monkeypatch.setattr(verification, "_anchors_at", reading_at_last)
        result, faults = await verified(**logs)
    assert (faults, result.anchors) == ([], 10)


async def test_an_entry_and_its_seal_taken_away_together_leave_a_gap(logs: Databases) -> None:
    await suffers(logs["case"], "DELETE FROM access_log WHERE seq = 3", "DELETE FROM access_seal WHERE seq = 3")
    assert await found(logs) == [("case", Wrong.SEALS_MISSING, 3, False)]


CUT = ("DELETE FROM access_log WHERE seq > 3", "DELETE FROM access_seal WHERE seq > 3")
HEAD = "UPDATE access_head SET (position, hash) = (SELECT position, hash FROM access_seal WHERE position = 3)"


async def test_a_tail_cut_off_is_missed(logs: Databases) -> None:
    await suffers(logs["case"], *CUT)
    told = await found(logs)
    assert ("case", Wrong.END_ALTERED, 3, False) in told
    assert [place for _, wrong, place, _ in told if wrong is Wrong.ANCHOR_CONTRADICTED] == [5, 5]


async def test_a_tail_cut_off_with_head_and_anchor_contradicts_what_a_peer_keeps(
    logs: Databases,
) -> None:
    await suffers(logs["case"], *CUT, HEAD, "DELETE FROM access_anchor WHERE service = 'case' AND position = 5")
    _, faults = await verified(**logs)
    assert Fault("case", Wrong.ANCHOR_CONTRADICTED, 5, anchor="of 2026-05-05 at assessment") in faults


async def test_a_log_written_anew_contradicts_what_a_peer_keeps(logs: Databases) -> None:
    await suffers(logs["case"], "TRUNCATE access_log, access_seal, access_head, access_anchor RESTART IDENTITY")
    async with logbook("case", logs["case"]) as case:
        await case.writes(9)
        await case.seals()
    _, faults = await verified(**logs)
    kept = [(fault.wrong, fault.position, fault.anchor) for fault in faults if "at assessment" in str(fault.anchor)]
    assert kept == [
        (Wrong.ANCHOR_CONTRADICTED, 2, "of 2026-05-04 at assessment"),
        (Wrong.ANCHOR_CONTRADICTED, 5, "of 2026-05-05 at assessment"),
    ]


async def test_a_second_anchor_of_a_day_does_not_replace_the_first(logs: Databases) -> None:
    kept = "SELECT position FROM access_anchor WHERE service = 'case' ORDER BY day"
    await suffers(logs["case"], "DELETE FROM access_anchor WHERE service = 'case'")
    async with logbook("case", logs["case"]) as case, logbook("assessment", logs["assessment"]) as peer:
        await case.seals()
        await case.anchors(peer)
        assert (await case.asked(kept), await peer.asked(kept)) == ([(7,)], [(2,), (5,)])
