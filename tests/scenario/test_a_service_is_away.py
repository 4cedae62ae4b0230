"""A service is stopped, or dies in the middle of its work: what rests on it waits, the rest goes on."""

import asyncio
import json
from datetime import date
from typing import Any

import nats

from shared.events.catalog.case import ClientRegistered
from shared.events.names import stream_of
from tests.support.caller import Told, told
from tests.support.front_door import FrontDoor, Officer
from tests.support.people import form_a
from tests.support.system import LiveSystem
from tests.support.waiting import until

BURST, AT_ONCE = 60, 4


async def test_what_a_stopped_service_answers_is_refused_with_a_time_to_come_back_and_the_rest_works(
    system: LiveSystem, door: FrontDoor, city: Officer
) -> None:
    client = await city.registers()
    async with system.without("network"):
        refusal = await told(city.asks("/networks"), 503)
        assert (refusal.code, refusal.document["services"]) == ("service-unavailable", ["network"])
        assert int(refusal.headers["Retry-After"]) > 0
        health = (await door.http().get("/health/ready")).json()
        assert (health["status"], health["degraded"]) == ("degraded", ["network"])

        assert (await city.assesses(client["id"]))["complex_need"]
        assert (await city.opens_case(client["id"]))["client_id"] == client["id"]

    assert "items" in await city.asks("/networks")


async def test_consents_signed_and_withdrawn_while_a_service_is_away_count_there_when_it_returns(
    system: LiveSystem, city: Officer, fund: Officer, board: Officer, today: date
) -> None:
    client = await city.registers()
    made = await city.assesses(client["id"])
    async with system.without("assessment"):
        await city.shares_needs(client, fund, today)
        consent = await city.shares_needs(client, board, today)
        receipt = await city.withdraws(consent)
        assert not receipt["complete"]
        assert [said["service"] for said in receipt["services"] if said["applied_at"] is None] == ["assessment"]

    (found,) = await fund.comes_to_see_assessments(client["id"])
    assert found["id"] == made["id"]
    await until(lambda: city.receipt_of(consent), lambda receipt: bool(receipt["complete"]))
    assert (await told(board.finds_assessments(client["id"]), 403)).unmet == ["consent.missing"]


async def test_without_word_from_the_case_service_only_own_rows_are_shown(
    system: LiveSystem, city: Officer, fund: Officer, today: date
) -> None:
    client = await city.registers()
    made = await city.assesses(client["id"])
    await city.shares_needs(client, fund, today)
    await fund.comes_to_see_assessments(client["id"])

    async with system.without("case"):
        refusals = [
            await _refusal(fund, "/assessments", client_id=client["id"]),
            await _refusal(fund, f"/assessments/{made['id']}"),
        ]
        own = await city.finds_assessments(client["id"])

    assert {(refusal.status, refusal.code) for refusal in refusals} == {(503, "access-state-unknown")}
    assert [assessment["id"] for assessment in own] == [made["id"]]
    assert [found["id"] for found in await fund.comes_to_see_assessments(client["id"])] == [made["id"]]


async def test_a_crash_in_the_middle_of_registrations_loses_none_and_doubles_none(
    system: LiveSystem, city: Officer
) -> None:
    forms, turn, half_done = [form_a() for _ in range(BURST)], asyncio.Semaphore(AT_ONCE), asyncio.Event()
    acknowledged: dict[str, str] = {}

    async def registered(form: dict[str, Any], key: str) -> None:
        async with turn:
            (client,) = await until(lambda: _registration(city, form, key), bool)
        acknowledged[form["identity"]["personal_code"]] = str(client["id"])
        if len(acknowledged) == BURST // 3:
            half_done.set()

    burst = asyncio.gather(*(registered(form, f"burst-of-registrations-{n}") for n, form in enumerate(forms)))
    await half_done.wait()
    await system.kills("case")
    await burst

    assert await _registered(system, list(acknowledged)) == sorted(acknowledged.items())
    announced = await until(lambda: _announced(system), lambda told: set(acknowledged.values()) <= told.keys())
    assert [announced[client] for client in acknowledged.values()] == [1] * BURST


async def _refusal(officer: Officer, path: str, **query: str) -> Told:
    """What a read is told that is no longer answered."""

    async def look() -> Told | None:
        try:
            await officer.asks(path, **query)
        except Told as refusal:
            return refusal
        return None

    refusal = await until(look, lambda seen: seen is not None)
    assert refusal is not None
    return refusal


async def _registration(officer: Officer, form: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The client that one attempt under a key answers with; none when the service is away at the moment."""
    try:
        return [await officer.registers(form, Idempotency_Key=key)]
    except Told as refusal:
        if refusal.status != 503:
            raise
        return []


async def _registered(system: LiveSystem, codes: list[str]) -> list[tuple[str, str]]:
    """Personal codes and ids of the clients who have one of the codes, as they stand in the table."""
    async with system.stores.database("case") as connection:
        rows = await connection.fetch("SELECT value, client_id FROM client_identifier WHERE value = ANY($1)", codes)
    return sorted((row["value"], str(row["client_id"])) for row in rows)


async def _announced(system: LiveSystem) -> dict[str, int]:
    """How often the stream tells of each client's registration."""
    bus = await nats.connect(system.nats_url)
    try:
        asked = json.dumps({"subjects_filter": f"evt.{ClientRegistered.kind}.>"}).encode()
        answer = await bus.request(f"$JS.API.STREAM.INFO.{stream_of('case')}", asked)
    finally:
        await bus.close()
    subjects: dict[str, int] = json.loads(answer.data)["state"]["subjects"]
    return {subject.rsplit(".", 1)[1]: times for subject, times in subjects.items()}
