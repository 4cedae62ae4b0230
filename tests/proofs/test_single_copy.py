"""The proof that a person stands in one place: it finds nothing where nothing is, and every leak that is planted."""

import base64
import json
from asyncio import StreamReader, StreamWriter, start_server
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import nats
import pytest

from deploy.demo.resident import Resident
from deploy.demo.stage import CITY
from deploy.embedded.ports import HOST
from deploy.proofs import planting
from deploy.proofs.needles import needles_of
from deploy.proofs.planting import Exports, Hands
from deploy.proofs.single_copy import homes, look
from deploy.proofs.stores import Column, Stores
from shared.db.base import Holds
from tests.proofs.resident import canary
from tests.support.front_door import FrontDoor
from tests.support.system import LiveSystem

A_MINUTE = 60
SPELLED: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: json.dumps({"name": text}),
    quote,
    lambda text: text.encode().hex(),
    lambda text: base64.b64encode(f"x{text}y".encode()).decode(),
)
DEAD_LETTER = """
    INSERT INTO dead_letter (id, consumer, subject, body, error, attempts, at)
    VALUES ($1, 'canary', 'canary', $2, 'Planted', 1, now())
"""
KINDS = frozenset(needle.holds for needle in needles_of(canary()))
ENVELOPE = """
    INSERT INTO outbox (id, subject, aggregate_id, envelope, created_at, published_at)
    VALUES ($1, 'evt.case.canary.planted', $1, $2, now(), now())
"""


@pytest.fixture
def hands(system: LiveSystem, door: FrontDoor) -> Hands:
    return Hands(door.http(), system.data.sandbox / "clients.json")


async def test_nothing_is_found_of_people_planted_with_every_mistake(system: LiveSystem, hands: Hands) -> None:
    people = [canary(), canary()]
    for resident in people:
        await planting.register(hands, resident)

    finding = await look(system.stores, [needle for resident in people for needle in needles_of(resident)])

    assert finding.leaks == []
    once_each = dict.fromkeys((Holds.IDENTIFIER, Holds.ADDRESS, Holds.PHONE, Holds.EMAIL), 2)
    as_written_and_as_compared = {Holds.PERSONAL_CODE: 2 * 2}
    assert finding.at_home == once_each | as_written_and_as_compared | {Holds.NAME: 2 * 3}
    assert finding.stores > 4 * len(system.stores.databases)


@pytest.mark.timeout(2 * A_MINUTE)
async def test_nothing_is_found_of_people_who_come_in_and_are_handed_out_by_every_way(
    system: LiveSystem, hands: Hands
) -> None:
    people = [canary() for _ in range(planting.PLANTED)]
    exports = await planting.everything(hands, people)

    finding = await look(system.stores, [needle for resident in people for needle in needles_of(resident)], exports)

    assert finding.leaks == []
    assert finding.at_home.keys() == KINDS
    assert finding.handed_out == KINDS
    once_each_and_once_more_when_merged = planting.PLANTED + 1
    assert finding.at_home[Holds.EMAIL] == finding.at_home[Holds.PHONE] == once_each_and_once_more_when_merged


@pytest.mark.parametrize("turn", range(len(SPELLED)))
async def test_a_leak_in_any_store_is_found_and_named(system: LiveSystem, door: FrontDoor, turn: int) -> None:
    leaking = canary()
    by_turns = [SPELLED[(turn + place) % len(SPELLED)](leaking.last_name) for place in range(5)]
    in_a_row, in_a_text, in_an_event, in_the_stream, in_a_log = by_turns
    await door.officer(CITY).takes_notice((await door.now()).date(), description=in_a_text)
    await _published(system, in_the_stream)
    with (system.data.logs / "gateway.log").open("a") as log:
        log.write(json.dumps({"event": in_a_log}) + "\n")
    async with (
        _planted(system, "assessment", "dead_letter", DEAD_LETTER, in_a_row),
        _planted(system, "case", "outbox", ENVELOPE, json.dumps({"data": in_an_event})),
    ):
        finding = await look(system.stores, needles_of(leaking))

    places = {leak.removeprefix("name in ") for leak in finding.leaks}
    tables = {place for place in places if place.endswith("row(s)")}
    assert tables == {
        "assessment.dead_letter.body: 1 row(s)",
        "case.notice.description: 1 row(s)",
        "case.outbox.envelope: 1 row(s)",
    }
    assert "logs/gateway.log" in places
    assert [place for place in places if place.startswith("nats/jetstream") and "/CASE/msgs/" in place]
    assert finding.at_home == {}


async def test_every_kind_of_data_is_looked_for(system: LiveSystem) -> None:
    leaking = canary()
    with (system.data.logs / "feedback.log").open("a") as log:
        log.write(json.dumps(leaking.form_a()) + "\n")

    finding = await look(system.stores, needles_of(leaking))

    assert set(finding.leaks) == {f"{kind} in logs/feedback.log" for kind in KINDS}
    assert frozenset().union(*homes().values()) - {Holds.BIRTH_DATE, Holds.ACCOUNT} == KINDS


async def test_a_leak_in_what_was_handed_out_is_found_and_named(
    system: LiveSystem, hands: Hands, tmp_path: Path
) -> None:
    resident, nowhere = canary(), Stores({}, tmp_path, {})
    exports = Exports([resident])
    client = await planting.register(hands, resident)
    await planting.hand_out(hands, client, exports)
    assert (await look(nowhere, [], exports)).leaks == []

    [record] = exports.records
    [case] = [service for service in record["services"] if service["service"] == "case"]
    as_json, as_url, as_hex = SPELLED[1:4]
    case["words"]["client"]["title"] = as_json(resident.last_name)
    case["items"][0]["parts"].append({"table": "case", "values": {"purpose": as_url(resident.email)}, "parts": []})
    exports.texts["a register"] = as_hex(resident.phone)
    finding = await look(nowhere, [], exports)

    assert sorted(finding.leaks) == [
        "e-mail in case.case.purpose of an exported record",
        "name in case.-.words of an exported record",
        "phone in a register",
    ]


async def test_a_leak_in_what_a_part_shows_of_itself_is_found_and_named(tmp_path: Path) -> None:
    leaking = canary()

    async def shows(_: StreamReader, writer: StreamWriter) -> None:
        body = f'sidus_requests_total{{path="/clients/{leaking.personal_code}"}} 1'.encode()
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    async with await start_server(shows, HOST) as part:
        port = part.sockets[0].getsockname()[1]
        finding = await look(Stores({}, tmp_path, {"canary": f"http://{HOST}:{port}"}), needles_of(leaking))

    assert finding.leaks == ["personal code in canary/metrics", "personal code in canary/health/ready"]


async def test_a_kind_of_data_is_at_home_in_its_own_columns_only(system: LiveSystem, door: FrontDoor) -> None:
    resident = canary()
    form = _with(resident, "contact", registered_address=f"Ring {resident.phone} first")
    await door.officer(CITY).registers(form)

    finding = await look(system.stores, needles_of(resident))

    assert finding.leaks == ["phone in case.client_contact.registered_address: 1 row(s)"]
    assert finding.at_home[Holds.PHONE] == 1


def test_homes_are_columns_of_the_client_record_alone() -> None:
    assert {column.service for column in homes()} == {"case"}
    assert Holds.PERSONAL_CODE in homes()[Column("case", "client_identifier", "value")]


def _with(resident: Resident, section: str, **changes: Any) -> dict[str, Any]:
    form = resident.form_a()
    return form | {section: form[section] | changes}


@asynccontextmanager
async def _planted(system: LiveSystem, service: str, table: str, statement: str, leak: str) -> AsyncIterator[None]:
    """A row that should not be there, for as long as the block lasts."""
    row: UUID = uuid4()
    async with system.stores.database(service) as connection:
        await connection.execute(statement, row, leak)
        try:
            yield
        finally:
            await connection.execute(f"DELETE FROM {table} WHERE id = $1", row)  # noqa: S608


async def _published(system: LiveSystem, leak: str) -> None:
    """A message in the stream that no relay has sent."""
    bus = await nats.connect(system.nats_url)
    try:
        await bus.jetstream().publish("evt.case.canary.planted", leak.encode())
    finally:
        await bus.close()
