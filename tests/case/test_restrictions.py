"""A record closed to all but named officers: nobody else finds it, in their own rows either."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.case.handlers import on_restriction_applied
from services.case.restrictions import rules
from services.case.restrictions.rules import Closing
from shared.actor import Role
from shared.events.catalog.each_service import FOLLOWERS, RESTRICTION_APPLIED
from tests.case.clocks import it_is_later
from tests.case.conftest import Callers
from tests.case.unmet import codes
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.people import form_a, personal_code
from tests.support.registrar import Registrar
from tests.support.service import Running

TODAY = date(2026, 3, 2)
NAMED = "tamme/mari.maasikas"


@pytest.mark.parametrize(
    ("days", "more", "lacking"),
    [
        (0, {}, []),
        (30, {}, []),
        (-1, {}, ["restriction.period-over"]),
        (31, {}, ["restriction.too-long"]),
        (0, {"closed": True}, ["restriction.already-in-force"]),
        (0, {"held": False}, ["restriction.no-open-case"]),
    ],
)
def test_conditions_of_closing_a_record(days: int, more: dict[str, bool], lacking: list[str]) -> None:
    closing, longest = Closing(TODAY + timedelta(days=days)), TODAY + timedelta(days=30)
    standing = {"held": True, "closed": False} | more
    assert codes(rules.unmet(closing, today=TODAY, longest=longest, **standing)) == lacking


def test_each_officer_of_an_agency_that_there_is_not_is_pointed_at() -> None:
    lacking = rules.unmet(Closing(TODAY, [0, 2]), held=True, closed=False, today=TODAY, longest=TODAY)
    assert codes(lacking) == ["restriction.agency-unknown"] * 2
    assert [one.pointer for one in lacking] == ["/officers/0/agency", "/officers/2/agency"]


@pytest.mark.parametrize(
    ("until", "lifted", "lacking"),
    [
        (TODAY, False, []),
        (TODAY - timedelta(days=1), False, ["restriction.over"]),
        (TODAY, True, ["restriction.lifted"]),
        (TODAY - timedelta(days=1), True, ["restriction.lifted"]),
    ],
)
def test_conditions_of_changing_a_restriction(until: date, lifted: bool, lacking: list[str]) -> None:
    assert codes(rules.change_unmet(valid_until=until, today=TODAY, lifted=lifted)) == lacking


@pytest.fixture
def supervisor(callers: Callers) -> Agency:
    """A supervisor of the municipality, whom no restriction names."""
    return callers.agency("tamme", Role.SUPERVISOR, officer="helle.paju")


@pytest.fixture
def mari(callers: Callers) -> Agency:
    """The officer of the municipality whom restrictions name."""
    return callers.agency("tamme", officer="mari.maasikas")


@pytest.fixture
def until(today: date) -> date:
    """A day on which restrictions end."""
    return today + timedelta(days=30)


async def test_a_closed_record_is_there_for_the_officer_named_and_the_person_alone(
    city: Agency,
    fund: Agency,
    mari: Agency,
    supervisor: Agency,
    callers: Callers,
    client: dict[str, Any],
    until: date,
    today: date,
) -> None:
    opened = next(one for one in (await city.asks("/cases"))["items"] if one["client_id"] == client["id"])
    await city.records_consent(client["id"], to=fund.code, categories=("health",), signed=today)
    await supervisor.closes_record(client["id"], NAMED, until=until)
    for shut_out in (city, fund, supervisor):
        assert (await told(shut_out.reads(client["id"]), 404)).code == "client-not-found"
        assert await shut_out.consents_of(client["id"]) == []
        assert client["id"] not in {one["client_id"] for one in (await shut_out.asks("/cases"))["items"]}
    assert (await told(city.reads_case(opened), 404)).code == "case-not-found"
    assert await mari.reads(client["id"]) == client
    assert (await mari.reads_case(opened))["id"] == opened["id"]
    assert len(await callers.person(client["id"]).consents_of(client["id"])) == 1


async def test_an_agency_that_is_only_let_into_a_part_closes_nothing(
    city: Agency, callers: Callers, client: dict[str, Any], until: date, today: date
) -> None:
    await city.records_consent(client["id"], to="social-insurance-board", categories=("health",), signed=today)
    board = callers.agency("social-insurance-board", Role.SUPERVISOR)
    assert (await board.reads(client["id"]))["health"] == client["health"]
    refused = await told(board.closes_record(client["id"], "social-insurance-board/anu", until=until), 409)
    assert refused.unmet == ["restriction.no-open-case"]


async def test_nobody_finds_a_closed_record_by_searching_or_registers_a_second(
    city: Agency, mari: Agency, supervisor: Agency, until: date
) -> None:
    code = personal_code()
    form = form_a(identity={"first_name": "Aino", "last_name": "Suletud", "personal_code": code})
    client = await city.registers(form)
    assert [hit["client_id"] for hit in await city.looks_for(personal_code=code)] == [client["id"]]
    await supervisor.closes_record(client["id"], NAMED, until=until)
    by_name = {"last_name": "Suletud", "date_of_birth": client["identity"]["date_of_birth"]}
    for wanted in ({"personal_code": code}, by_name):
        assert await city.looks_for(**wanted) == []
        assert [hit["client_id"] for hit in await mari.looks_for(**wanted)] == [client["id"]]
    refused = await told(city.registers(form), 409)
    assert refused.code == "client-exists"
    assert client["id"] not in str(refused.document)
    assert "Location" not in refused.headers
    assert (await told(mari.registers(form), 409)).document["client_id"] == client["id"]


async def test_a_register_that_meets_a_closed_record_is_told_that_there_is_one_and_no_more(
    city: Agency, supervisor: Agency, callers: Callers, until: date
) -> None:
    form = form_a()
    client = await city.registers(form)
    await supervisor.closes_record(client["id"], NAMED, until=until)
    rows = {}
    for officer in ("tiina.lepp", "mari.maasikas"):
        http = callers.agency("tamme", Role.REGISTRAR, officer=officer).http
        (rows[officer],) = await Registrar(http, "tamme").imports([form])
    assert {row["outcome"] for row in rows.values()} == {"exists"}
    assert rows["tiina.lepp"]["client_id"] is None
    assert rows["mari.maasikas"]["client_id"] == client["id"]
    looked = [one["officer"] for one in await callers.person(client["id"]).who_looked(client["id"])]
    assert {"tiina.lepp", "mari.maasikas"} <= set(looked)


async def test_a_person_whose_record_is_closed_is_nobody_that_a_relation_may_name(
    city: Agency, mari: Agency, supervisor: Agency, client: dict[str, Any], until: date
) -> None:
    closed, relation = client["id"], {"kind": "cohabiting_family", "relation": "sister"}
    await supervisor.closes_record(closed, NAMED, until=until)
    naming = [relation | {"related_client_id": closed}]
    assert (await told(city.registers(form_a(relations=naming)), 422)).pointers == ["/relations/0/related_client_id"]
    assert (await mari.registers(form_a(relations=naming)))["relations"][0]["related_client_id"] == closed


async def test_no_case_is_opened_on_a_closed_record(
    board: Agency, supervisor: Agency, client: dict[str, Any], until: date
) -> None:
    await supervisor.closes_record(client["id"], NAMED, until=until)
    assert (await told(board.opens_case(client["id"]), 404)).code == "client-not-found"


async def test_a_restriction_is_changed_and_lifted_by_the_agency_that_decided_it(
    city: Agency, mari: Agency, supervisor: Agency, callers: Callers, client: dict[str, Any], until: date
) -> None:
    closed = await supervisor.closes_record(client["id"], NAMED, until=until)
    assert closed["id"] in [one["id"] for one in (await supervisor.asks("/restrictions"))["items"]]
    changed = await supervisor.names_others(closed, "tamme/tamme.officer", until=until)
    assert changed["officers"] == [{"agency": "tamme", "officer": "tamme.officer"}]
    assert (await told(mari.reads(client["id"]), 404)).code == "client-not-found"
    assert await city.reads(client["id"]) == client
    lifted = await callers.agency("tamme", Role.DATA_PROTECTION_OFFICER).opens_record(closed)
    assert lifted["lifted_at"] is not None
    assert await mari.reads(client["id"]) == client
    refused = await told(supervisor.names_others(lifted, NAMED, until=until), 409)
    assert (refused.code, refused.unmet) == ("restriction-refused", ["restriction.lifted"])
    assert await supervisor.closes_record(client["id"], NAMED, until=until)


async def test_a_change_of_an_older_version_is_refused(supervisor: Agency, client: dict[str, Any], until: date) -> None:
    closed = await supervisor.closes_record(client["id"], NAMED, until=until)
    await supervisor.names_others(closed, "tamme/tamme.officer", until=until)
    assert (await told(supervisor.names_others(closed, NAMED, until=until), 412)).code == "stale-version"


async def test_one_decision_at_a_time_closes_a_record(
    callers: Callers, supervisor: Agency, client: dict[str, Any], until: date
) -> None:
    named = callers.agency("unemployment-fund", Role.SUPERVISOR, officer="liis.kivi")
    await supervisor.closes_record(client["id"], "unemployment-fund/liis.kivi", until=until)
    refused = await told(named.closes_record(client["id"], "unemployment-fund/liis.kivi", until=until), 409)
    assert refused.unmet == ["restriction.already-in-force"]


async def test_a_record_is_closed_to_officers_of_agencies_that_there_are_for_as_long_as_the_profile_lets(
    supervisor: Agency, client: dict[str, Any], until: date, today: date
) -> None:
    too_far = today + timedelta(days=366)
    refused = await told(supervisor.closes_record(client["id"], NAMED, "no-such-agency/x", until=too_far), 409)
    assert refused.unmet == ["restriction.agency-unknown", "restriction.too-long"]
    closed = await supervisor.closes_record(client["id"], NAMED, until=until)
    refused = await told(supervisor.names_others(closed, "no-such-agency/x", until=too_far), 409)
    assert refused.unmet == ["restriction.agency-unknown", "restriction.too-long"]


async def test_a_restriction_that_is_over_is_not_revived_beside_a_newer_one(
    case: Running, callers: Callers, supervisor: Agency, mari: Agency, client: dict[str, Any], today: date
) -> None:
    old = await supervisor.closes_record(client["id"], NAMED, until=today)
    tomorrow = today + timedelta(days=1)
    with it_is_later(case, timedelta(days=1)):
        refused = await told(supervisor.names_others(old, "tamme/tamme.officer", until=tomorrow), 409)
        assert refused.unmet == ["restriction.over"]
        await supervisor.closes_record(client["id"], NAMED, until=tomorrow)
        refused = await told(supervisor.names_others(old, "tamme/tamme.officer", until=tomorrow), 409)
        assert refused.unmet == ["restriction.over"]
        assert (await mari.reads(client["id"]))["id"] == client["id"]


@pytest.mark.parametrize("role", [Role.CASE_MANAGER, Role.REGISTRAR])
async def test_only_a_supervisor_or_data_protection_officer_closes_a_record(
    callers: Callers, client: dict[str, Any], until: date, role: Role
) -> None:
    call = callers.agency("tamme", role).closes_record(client["id"], NAMED, until=until)
    assert (await told(call, 403)).code == "forbidden"


async def test_other_agencies_do_not_learn_of_a_restriction(
    callers: Callers, board: Agency, supervisor: Agency, client: dict[str, Any], until: date
) -> None:
    closed = await supervisor.closes_record(client["id"], NAMED, until=until)
    for agency in ("unemployment-fund", "social-insurance-board"):
        elsewhere = callers.agency(agency, Role.SUPERVISOR)
        assert closed["id"] not in [one["id"] for one in (await elsewhere.asks("/restrictions"))["items"]]
        assert (await told(elsewhere.opens_record(closed), 404)).code == "restriction-not-found"
        assert (await told(elsewhere.closes_record(client["id"], NAMED, until=until), 404)).code == "client-not-found"


async def test_the_person_sees_to_whom_the_record_is_closed(
    callers: Callers, supervisor: Agency, client: dict[str, Any], until: date
) -> None:
    closed = await supervisor.closes_record(client["id"], NAMED, until=until)
    person = callers.person(client["id"])
    assert (await person.asks(f"/clients/{client['id']}/restrictions"))["items"] == [closed]


async def test_services_acknowledge_the_newest_decision(
    case: Running, supervisor: Agency, client: dict[str, Any], until: date
) -> None:
    closed = await supervisor.closes_record(client["id"], NAMED, until=until)
    await acknowledged(case, closed)
    path = f"/restrictions/{closed['id']}/receipt"
    receipt = await supervisor.asks(path)
    assert receipt["complete"]
    assert [applied["service"] for applied in receipt["services"]] == ["case", *FOLLOWERS]
    lifted = await supervisor.opens_record(closed)
    assert (await supervisor.asks(path))["complete"] is False
    await acknowledged(case, closed)
    assert (await supervisor.asks(path))["complete"] is False
    await acknowledged(case, lifted)
    assert (await supervisor.asks(path))["complete"]


async def acknowledged(case: Running, restriction: dict[str, Any]) -> None:
    """Every service says that it applied this decision."""
    async with case.work() as work:
        for service in FOLLOWERS:
            said = {
                "client_id": UUID(restriction["client_id"]),
                "restriction_id": UUID(restriction["id"]),
                "decided_at": restriction["decided_at"],
                "applied_at": work.clock.now(),
            }
            await on_restriction_applied(RESTRICTION_APPLIED[service].model_validate(said), work)
        await work.commit()
