"""A person is erased: every service answers with a signed statement, and nothing of the person is found anywhere."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from deploy.demo.resident import Resident
from deploy.proofs.needles import needles_of
from deploy.proofs.single_copy import look
from shared.security import statements
from tests.proofs.resident import canary
from tests.support.caller import Told, told
from tests.support.front_door import FrontDoor, Officer
from tests.support.system import LiveSystem, settled
from tests.support.waiting import until

UNLAWFUL = {"reason": "unlawful", "legal_code": "IKS-15"}


async def known_everywhere(system: LiveSystem, door: FrontDoor, city: Officer, resident: Resident) -> dict[str, Any]:
    """A client of whom every service holds something, and whose case has ended."""
    now = await door.now()
    client = await city.registers(resident.form_a())
    case = await city.opens_case(client["id"])
    await city.assesses(client["id"])
    await city.decides_at_meeting(case, now.date(), "tamme", "Mend the roof.")
    await city.notes_contact(case, now.isoformat())
    await settled(system)
    async with system.stores.database("case") as connection:
        close = 'UPDATE "case" SET closed_at = $2 WHERE client_id = $1'
        await connection.execute(close, UUID(client["id"]), datetime(2020, 1, 1, tzinfo=UTC))
    return client


async def test_nothing_of_an_erased_person_is_found_anywhere(
    system: LiveSystem, door: FrontDoor, city: Officer
) -> None:
    resident = canary()
    client = await known_everywhere(system, door, city, resident)
    assert (await look(system.stores, needles_of(resident))).at_home
    officer = door.officer("tamme", "data_protection_officer")

    order = await officer.orders_erasure(client["id"], **UNLAWFUL)
    certificate = await until(lambda: officer.certificate_of(order), lambda seen: bool(seen["complete"]))

    finding = await look(system.stores, needles_of(resident))
    assert (finding.leaks, dict(finding.at_home)) == ([], {})
    signed = {one["service"]: one for one in certificate["services"]}
    assert signed.keys() == {"case", "assessment", "network", "feedback"}
    assert signed["assessment"]["erased"]["assessment"] == 1
    assert signed["network"]["erased"].keys() == {"meeting", "decision"}
    assert signed["feedback"]["erased"].keys() >= {"survey_trigger", "survey_decision"}
    for service, one in signed.items():
        assert statements.read(one["statement"], one["key"], service=service)["client_id"] == client["id"]
    assert {gap["code"] for gap in certificate["gaps"]} == {"erasure.gap.sealed-answers", "erasure.gap.copies"}
    export = await door.person(client["id"]).asks(f"/clients/{client['id']}/export")
    assert {item["table"] for part in export["services"] for item in part["items"]} == {"erasure_order"}


async def test_a_service_that_was_killed_answers_once_when_it_returns(
    system: LiveSystem, door: FrontDoor, city: Officer
) -> None:
    client = await known_everywhere(system, door, city, canary())
    officer = door.officer("tamme", "data_protection_officer")
    async with system.without("network"):
        await told(officer.orders_erasure(client["id"], **UNLAWFUL), 503)
        order = await officer.orders_erasure(client["id"], agency="tamme", categories=["network"], **UNLAWFUL)
        seen = await until(lambda: officer.certificate_of(order), lambda seen: len(seen["services"]) == 3)
        assert [gap["service"] for gap in seen["gaps"] if gap["code"] == "erasure.gap.no-answer"] == ["network"]
        await system.kills("case")

    async def look_again() -> dict[str, Any]:
        with suppress(Told):
            return await officer.certificate_of(order)
        return {"complete": False}

    certificate = await until(look_again, lambda seen: bool(seen["complete"]))

    assert len(certificate["services"]) == 4
    async with system.stores.database("network") as connection:
        answers = "SELECT count(*) FROM outbox WHERE subject LIKE 'evt.network.erasure.applied.%' AND aggregate_id = $1"
        assert await connection.fetchval(answers, UUID(order["id"])) == 1
        assert await connection.fetchval("SELECT count(*) FROM meeting WHERE client_id = $1", UUID(client["id"])) == 0
