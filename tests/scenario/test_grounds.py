"""What opens and closes data does so in all four services: a legal code, danger, a restriction."""

from datetime import date, timedelta
from typing import Any

from tests.support.caller import Told, told
from tests.support.front_door import FrontDoor, Officer
from tests.support.waiting import until

MAP = {"drawn_on": "2026-01-05", "drawn_by": "client", "members": []}
EVERYWHERE = {"client", "assessments", "maps", "triggers"}


async def sees(officer: Officer, client_id: str) -> set[str]:
    """In which of the four services an officer sees anything of a client."""
    looks = {
        "client": officer.asks(f"/clients/{client_id}"),
        "assessments": officer.asks("/assessments", client_id=client_id),
        "maps": officer.asks("/maps", client_id=client_id),
        "triggers": officer.asks("/triggers", client_id=client_id),
    }
    return {name for name, look in looks.items() if await _shows(look)}


async def _shows(look: Any) -> bool:
    try:
        answer = await look
    except Told as problem:
        if problem.status not in (403, 404):
            raise
        return False
    return bool(answer.get("items", True))


async def a_client_of(city: Officer, door: FrontDoor) -> dict[str, Any]:
    """Somebody of whom the municipality has something in every service."""
    client = await city.registers()
    case = await city.opens_case(client["id"])
    await city.assesses(client["id"])
    await city.sends("/maps", {"client_id": client["id"], **MAP})
    await city.notes_contact(case, (await door.now()).isoformat())
    await until(lambda: sees(city, client["id"]), lambda seen: seen == EVERYWHERE)
    return client


async def test_a_closed_record_is_closed_in_every_service_to_all_but_those_named(
    door: FrontDoor, city: Officer, today: date
) -> None:
    client = await a_client_of(city, door)
    supervisor = door.officer("tamme", "supervisor officer:helle.paju")
    closed = await supervisor.closes_record(client["id"], "tamme/juhan.kask", until=today + timedelta(days=9))
    await until(lambda: supervisor.asks(f"/restrictions/{closed['id']}/receipt"), lambda said: bool(said["complete"]))
    assert await sees(city, client["id"]) == set()
    assert await sees(door.officer("tamme", "case_manager officer:juhan.kask"), client["id"]) == EVERYWHERE
    assert len((await door.person(client["id"]).asks("/maps", client_id=client["id"]))["items"]) == 1
    await supervisor.opens_record(closed)
    await until(lambda: sees(city, client["id"]), lambda seen: seen == EVERYWHERE)


async def test_a_legal_code_opens_in_every_service_what_it_names(
    door: FrontDoor, fund: Officer, city: Officer, today: date
) -> None:
    client = await fund.registers()
    await fund.opens_case(client["id"])
    await fund.assesses(client["id"])
    await city.opens_case(client["id"])
    assert (await told(city.finds_assessments(client["id"]), 403)).unmet == ["consent.missing"]
    await city.claims_statute(client["id"], "SHS-additional-data", client_told_on=today.isoformat())
    (found,) = await city.comes_to_see_assessments(client["id"])
    entries = await door.person(client["id"]).who_looked(client["id"], service="assessment")
    seen = [entry for entry in entries if entry["ground"] == "statute"]
    assert {entry["legal_code"] for entry in seen} == {"SHS-additional-data"}
    assert found["client_id"] == client["id"]


async def test_a_danger_claim_that_was_not_justified_is_closed_in_every_service(
    door: FrontDoor, fund: Officer, city: Officer
) -> None:
    client = await fund.registers()
    await fund.opens_case(client["id"])
    await fund.assesses(client["id"])
    await city.opens_case(client["id"])
    await city.claims_danger(client["id"], "crime", ("needs",))
    await city.comes_to_see_assessments(client["id"])
    supervisor = door.officer("tamme", "supervisor officer:helle.paju")
    (review,) = [one for one in await supervisor.reviews() if one["client_id"] == client["id"]]
    await supervisor.finds(review, justified=False)

    async def look() -> set[str]:
        return await sees(city, client["id"])

    await until(look, lambda seen: "assessments" not in seen)
