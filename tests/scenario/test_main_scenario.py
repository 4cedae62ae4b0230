"""One person, four agencies, one record: the main scenario whole, and each of its promises by itself."""

from datetime import date, datetime

import pytest
from rich.console import Console

from deploy.demo.__main__ import play
from deploy.demo.resident import Resident
from deploy.demo.stage import BOARD, CITY, FUND, PROBATION
from deploy.demo.teller import Teller
from deploy.proofs import single_copy
from deploy.proofs.needles import needles_of
from tests.support.caller import told
from tests.support.front_door import NEEDS, FrontDoor, Officer
from tests.support.people import form_a
from tests.support.system import LiveSystem
from tests.support.waiting import until


@pytest.mark.parametrize("performance", ["first", "second"])
async def test_the_scenario_ends_with_one_client_row_four_cases_and_no_copy(
    system: LiveSystem, performance: str
) -> None:
    resident = Resident.invented(f"Maarja{performance.title()}", "Mudelson")

    stage = await play(system.url, system.data.sandbox, resident, Teller(Console(quiet=True)))

    counted = await system.stores.count(stage.client_id)
    finding = await single_copy.look(system.stores, needles_of(resident))
    assert (counted.clients, counted.cases, counted.agencies) == (1, 4, 4)
    assert stage.cases.keys() == {CITY, FUND, BOARD, PROBATION}
    assert finding.leaks == []
    assert finding.at_home.keys() == {needle.holds for needle in needles_of(resident)}


async def test_a_notice_registers_nobody_until_the_agency_reacts(city: Officer, today: date) -> None:
    notice = await city.takes_notice(today)
    assert (notice["client_id"], notice["reaction"]) == (None, None)

    client = await city.registers()
    taken_up = await city.reacts(notice, "react", client_id=client["id"], told_noticer="Thank you.")

    assert (taken_up["client_id"], taken_up["reaction"]) == (client["id"], "react")


async def test_a_second_registration_is_answered_with_the_record_there_is(city: Officer, fund: Officer) -> None:
    form = form_a()
    client = await city.registers(form)

    refusal = await told(fund.registers(form_a(identity=form["identity"])), 409)

    assert refusal.code == "client-exists"
    assert refusal.document["client_id"] == client["id"]
    assert refusal.headers["Location"] == f"/api/v1/clients/{client['id']}"
    await fund.opens_case(client["id"])
    assert (await fund.reads(client["id"]))["identity"] == client["identity"]


async def test_that_probation_has_a_case_only_probation_sees(
    city: Officer, fund: Officer, board: Officer, probation: Officer
) -> None:
    client = await city.registers()
    for officer in (city, fund, board, probation):
        await officer.opens_case(client["id"])

    seen = {officer.code: set(await officer.agencies_with(client["id"])) for officer in (city, fund, board, probation)}

    assert seen == {CITY: {CITY, FUND, BOARD}, FUND: {CITY, FUND, BOARD}, BOARD: {CITY, FUND, BOARD}} | {
        PROBATION: {CITY, FUND, BOARD, PROBATION}
    }


async def test_an_agency_without_ground_is_told_what_is_missing(city: Officer, fund: Officer) -> None:
    client = await city.registers()
    await city.assesses(client["id"])
    await fund.opens_case(client["id"])

    refusal = await told(fund.finds_assessments(client["id"]), 403)

    assert (refusal.code, refusal.unmet) == ("no-ground", ["consent.missing"])
    assert "A2" in refusal.document["unmet"][0]["source"]
    assert "/consents" in refusal.document["detail"]


async def test_an_assessment_is_made_once_and_read_under_consent(city: Officer, fund: Officer, today: date) -> None:
    client = await city.registers()
    made = await city.assesses(client["id"])
    await city.shares_needs(client, fund, today)

    (found,) = await fund.comes_to_see_assessments(client["id"])
    read = await fund.asks(f"/assessments/{found['id']}")

    assert found["id"] == made["id"]
    assert {need["area"]: need["text"] for need in read["needs"]} == NEEDS
    assert (read["needs"], read["complex_need"]) == (made["needs"], True)


async def test_a_decision_of_a_meeting_becomes_a_dated_task_of_the_agency_responsible(
    city: Officer, fund: Officer, today: date
) -> None:
    client = await city.registers()
    own = await city.opens_case(client["id"])
    case = await fund.opens_case(client["id"])

    minuted = await city.decides_at_meeting(own, today, FUND, "Offer work practice.")

    (task,) = await until(lambda: fund.tasks_of(case), bool)
    (decision,) = minuted["minutes"]["decisions"]
    assert (task["title"], task["due_on"]) == ("Offer work practice.", decision["due_on"])
    assert (task["decision_id"], task["meeting_id"], task["status"]) == (decision["id"], minuted["id"], "open")
    assert await city.tasks_of(own) == []


async def test_the_person_reads_who_looked_and_on_which_ground(
    door: FrontDoor, city: Officer, fund: Officer, board: Officer, today: date
) -> None:
    form = form_a()
    client = await city.registers(form)
    await city.assesses(client["id"])
    await city.shares_needs(client, fund, today)
    await fund.comes_to_see_assessments(client["id"])
    await board.looks_for(personal_code=form["identity"]["personal_code"])

    log = await door.person(client["id"]).asks(f"/clients/{client['id']}/access-log", limit=100)

    grounds = {(entry["agency"], entry["service"], entry["ground"]) for entry in log["items"]}
    assert {(CITY, "case", "own"), (CITY, "assessment", "own"), (FUND, "assessment", "consent")} <= grounds
    assert (BOARD, "case", "existence") in grounds
    assert all(datetime.fromisoformat(entry["at"]) for entry in log["items"])


async def test_a_withdrawn_consent_closes_the_door_in_all_four_services(
    door: FrontDoor, city: Officer, fund: Officer, today: date
) -> None:
    client = await city.registers()
    await city.assesses(client["id"])
    consent = await city.shares_needs(client, fund, today)
    await fund.comes_to_see_assessments(client["id"])

    receipt = await door.person(client["id"]).withdraws(consent, "It is enough now.")

    assert receipt["complete"]
    assert {said["service"] for said in receipt["services"]} == {"case", "assessment", "network", "feedback"}
    assert all(said["applied_at"] >= receipt["withdrawn_at"] for said in receipt["services"])
    assert (await told(fund.finds_assessments(client["id"]), 403)).unmet == ["consent.missing"]
