"""Putting the record right: what is claimed stands beside what is in force until the agency answers."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.case.rectifications import rules
from services.case.rectifications.rules import Request, State
from shared.actor import Role
from shared.months import months_after
from tests.case.conftest import Callers
from tests.case.unmet import codes
from tests.support.agencies import Agency, Person
from tests.support.caller import told
from tests.support.service import Running
from tests.support.statements import plans

Client = dict[str, Any]
RIGHT = {"phone": "+372 5999 0001", "email": "right@example.org"}


@pytest.fixture
async def client(city: Agency) -> Client:
    return await city.registers()


@pytest.fixture
def person(callers: Callers, client: Client) -> Person:
    return callers.person(client["id"])


async def answers(agency: Agency, request: Client, *accepted: str, reason: str | None = None) -> dict[str, Any]:
    form = {"accepted": list(accepted), "reason": reason}
    return dict(await agency.sends(f"/rectifications/{request['id']}/answer", form))


async def test_what_is_claimed_changes_nothing_until_it_is_answered(
    city: Agency, person: Person, client: Client, today: date
) -> None:
    request = await person.asks_to_put_right(client["id"], "contact", **RIGHT)

    assert (request["state"], request["claimed"], request["agency"]) == ("open", RIGHT, "tamme")
    assert (request["due_on"], request["is_overdue"]) == (months_after(today, 1).isoformat(), False)
    assert (await city.reads(client["id"]))["contact"] == client["contact"]


async def test_what_is_accepted_is_in_force_and_still_the_persons_word(
    city: Agency, person: Person, client: Client
) -> None:
    request = await person.asks_to_put_right(client["id"], "contact", **RIGHT)

    answered = await answers(city, request, "email", "phone")

    assert (answered["state"], answered["claimed"], answered["decided_by"]) == ("accepted", None, "tamme.officer")
    contact = (await city.reads(client["id"]))["contact"]
    assert contact == client["contact"] | RIGHT
    rows = (await person.asks("/case/holdings", client_id=client["id"], limit=100))["items"]
    current = [
        row["values"] for row in rows if row["table"] == "client_contact" and row["values"]["standing"] == "current"
    ]
    assert current[0]["provenance"]["phone"]["agency"] == "residents"
    assert current[0]["provenance"]["registered_address"]["agency"] == "tamme"


async def test_a_part_may_be_accepted_and_the_rest_needs_a_reason(city: Agency, person: Person, client: Client) -> None:
    request = await person.asks_to_put_right(client["id"], "contact", **RIGHT)

    assert (await told(answers(city, request, "phone"), 409)).unmet == ["rectification.reason-missing"]
    answered = await answers(city, request, "phone", reason="The e-mail could not be confirmed.")

    assert (answered["state"], answered["accepted"]) == ("partly", ["phone"])
    contact = (await city.reads(client["id"]))["contact"]
    assert (contact["phone"], contact["email"]) == (RIGHT["phone"], client["contact"]["email"])
    seen = (await person.asks(f"/clients/{client['id']}/rectifications"))["items"]
    assert [(one["state"], one["reason"]) for one in seen] == [("partly", "The e-mail could not be confirmed.")]


async def test_what_is_declined_stays_as_it_was(city: Agency, person: Person, client: Client) -> None:
    request = await person.asks_to_put_right(client["id"], "identity", first_name="Teine")

    answered = await answers(city, request, reason="The document says otherwise.")

    assert (answered["state"], answered["claimed"]) == ("declined", {"first_name": "Teine"})
    assert (await city.reads(client["id"]))["identity"] == client["identity"]
    assert (await told(answers(city, request, "first_name"), 409)).unmet == ["rectification.already-decided"]


async def test_what_was_changed_meanwhile_is_not_undone(city: Agency, person: Person, client: Client) -> None:
    request = await person.asks_to_put_right(client["id"], "contact", phone=RIGHT["phone"])
    changed = client["contact"] | {"email": "new@example.org"}
    await city.changes(client, contact=changed)

    await answers(city, request, "phone")

    assert (await city.reads(client["id"]))["contact"] == changed | {"phone": RIGHT["phone"]}


async def test_an_officer_asks_for_the_person_and_the_agency_that_answers_is_the_owner(
    city: Agency, fund: Agency, client: Client
) -> None:
    await fund.opens_case(client["id"])
    request = await fund.asks_to_put_right(client["id"], "contact", phone=RIGHT["phone"])

    assert (request["agency"], request["asked_in"]) == ("tamme", "unemployment-fund")
    assert (await told(answers(fund, request, "phone"), 409)).unmet == ["rectification.not-responsible"]
    assert (await answers(city, request, "phone"))["state"] == "accepted"


@pytest.mark.parametrize(
    ("section", "claimed", "pointer"),
    [
        ("contact", {"phone": "call me"}, "/claimed/phone"),
        ("contact", {"shoe_size": 43}, "/claimed/shoe_size"),
        ("identity", {"first_name": None}, "/claimed/first_name"),
    ],
)
async def test_what_could_not_stand_in_the_record_cannot_be_claimed(
    person: Person, client: Client, section: str, claimed: dict[str, Any], pointer: str
) -> None:
    assert (await told(person.asks_to_put_right(client["id"], section, **claimed), 422)).pointers == [pointer]


async def test_one_request_about_a_section_and_only_about_what_differs(person: Person, client: Client) -> None:
    same = person.asks_to_put_right(client["id"], "contact", phone=client["contact"]["phone"])
    assert (await told(same, 409)).unmet == ["rectification.nothing-differs"]
    await person.asks_to_put_right(client["id"], "contact", **RIGHT)
    again = person.asks_to_put_right(client["id"], "contact", phone="+372 5999 0002")
    assert (await told(again, 409)).unmet == ["rectification.already-open"]


async def test_nobody_else_sees_a_request(callers: Callers, probation: Agency, person: Person, client: Client) -> None:
    request = await person.asks_to_put_right(client["id"], "health", insured=False)
    await told(probation.asks(f"/rectifications/{request['id']}"), 404)
    stranger = callers.person((await callers.agency("tamme").registers())["id"])
    await told(stranger.asks(f"/rectifications/{request['id']}"), 404)


Backdates = Callable[[Client, date], Awaitable[None]]


@pytest.fixture
def backdates(case: Running) -> Backdates:
    async def backdate(request: Client, due_on: date) -> None:
        statement = text("UPDATE rectification SET due_on = :due WHERE id = :id")
        async with case.runtime.engine.begin() as connection:
            await connection.execute(statement, {"due": due_on, "id": UUID(request["id"])})

    return backdate


async def test_overdue_requests_come_first(callers: Callers, backdates: Backdates, case: Running) -> None:
    town = callers.agency("overdue-town")
    requests = []
    for due_on in (date(2030, 1, 1), date(2020, 1, 1), date(2025, 1, 1)):
        client = await town.registers()
        requests.append(await callers.person(client["id"]).asks_to_put_right(client["id"], "contact", **RIGHT))
        await backdates(requests[-1], due_on)

    async with plans(case.runtime.engine) as indexes:
        listed = (await town.asks("/rectifications"))["items"]

    assert [one["id"] for one in listed] == [requests[place]["id"] for place in (1, 2, 0)]
    assert [one["is_overdue"] for one in listed] == [True, True, False]
    assert indexes & {"rectification_open", "client_contact_pkey", "pk_client_contact"}


async def test_a_record_is_not_merged_before_what_it_should_say_is_answered(
    city: Agency, callers: Callers, person: Person, client: Client
) -> None:
    survivor, registrar = await city.registers(), callers.agency("tamme", Role.REGISTRAR)
    request = await person.asks_to_put_right(client["id"], "contact", phone="+372 5999 0001")

    refused = await told(registrar.merges(client, into=survivor), 409)

    assert refused.unmet == ["merge.rectification-open"]
    await answers(city, request, "phone")
    await registrar.merges(await city.reads(client["id"]), into=survivor, contact__phone="merged")
    assert (await city.reads(survivor["id"]))["contact"]["phone"] == "+372 5999 0001"


@pytest.mark.parametrize(
    ("request_", "accepted", "reason", "agency", "lacks"),
    [
        (Request("tamme", frozenset({"phone"}), False), {"phone"}, None, "tamme", []),
        (Request("tamme", frozenset({"phone"}), False), set(), "No.", "tamme", []),
        (Request("tamme", frozenset({"phone"}), False), set(), None, "tamme", ["rectification.reason-missing"]),
        (Request("tamme", frozenset({"phone"}), True), {"phone"}, None, "tamme", ["rectification.already-decided"]),
        (Request("tamme", frozenset({"phone"}), False), {"phone"}, None, "fund", ["rectification.not-responsible"]),
        (
            Request("tamme", frozenset({"phone"}), False),
            {"phone", "email"},
            None,
            "tamme",
            ["rectification.field-not-asked-for"],
        ),
        (
            Request("tamme", frozenset({"phone"}), False, claim_seen=False),
            {"phone"},
            None,
            "tamme",
            ["rectification.claim-not-seen"],
        ),
        (Request("tamme", frozenset({"phone"}), False, claim_seen=False), set(), "No.", "tamme", []),
    ],
)
def test_when_a_request_may_be_answered(
    request_: Request, accepted: set[str], reason: str | None, agency: str, lacks: list[str]
) -> None:
    assert codes(rules.answer_unmet(request_, accepted, reason, agency=agency)) == lacks


@pytest.mark.parametrize(
    ("accepted", "decided", "state"),
    [
        ((), False, State.OPEN),
        ((), True, State.DECLINED),
        (("a",), True, State.PARTLY),
        (("a", "b"), True, State.ACCEPTED),
    ],
)
def test_what_became_of_a_request(accepted: tuple[str, ...], decided: bool, state: State) -> None:
    assert rules.state(("a", "b"), accepted, decided=decided) is state
