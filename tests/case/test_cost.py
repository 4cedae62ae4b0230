"""What a request costs the database: how many statements, and that none of them reads a whole table."""

from collections import Counter
from datetime import date

from shared.actor import Role
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.people import form_a
from tests.support.service import Running
from tests.support.statements import statements

RELATION = {"kind": "cohabiting_family", "name": "Laps Näide", "relation": "child"}


async def test_a_record_is_read_in_as_many_statements_whatever_it_holds(city: Agency, case: Running) -> None:
    small = await city.registers(form_a(relations=[RELATION], earlier_assessments=[{"kind": "other"}]))
    large = await city.registers(form_a(relations=[RELATION] * 30, earlier_assessments=[{"kind": "other"}] * 30))
    for client in (small, large):
        with statements(case.runtime.engine) as sent:
            await city.reads(client["id"])
        assert Counter(one.verb for one in sent) == Counter(
            [
                "SELECT merged_client",
                *["SELECT client"] * 3,  # the record, its relations, its earlier assessments
                "SELECT client_identifier",
                "SELECT household_member",
                "INSERT access_log",
            ]
        )


async def test_the_names_of_all_whom_relations_name_are_asked_for_at_once(
    city: Agency, fund: Agency, case: Running
) -> None:
    hidden = [(await fund.registers())["id"] for _ in range(4)]
    known = [(await city.registers())["id"] for _ in range(4)]
    for others in ([hidden[0], known[0]], [*hidden, *known]):
        relations = [RELATION | {"name": None, "related_client_id": one} for one in others]
        client = await city.registers(form_a(relations=relations))
        with statements(case.runtime.engine) as sent:
            await city.reads(client["id"])
        asked = Counter(one.verb for one in sent)
        assert asked["SELECT client_identity"] == 2
        assert sum(asked.values()) == 9


async def test_another_agencys_record_costs_two_questions_for_grants(city: Agency, fund: Agency, case: Running) -> None:
    client = await city.registers()
    await fund.opens_case(client["id"])
    with statements(case.runtime.engine) as sent:
        await fund.reads(client["id"])
    assert Counter(one.verb for one in sent) == Counter(
        [
            "SELECT merged_client",
            *["SELECT client"] * 3,
            "SELECT client_identifier",
            "SELECT household_member",
            "SELECT access_grant",
            "SELECT access_grant",
            "INSERT access_log",
        ]
    )


async def test_a_page_of_cases_costs_the_same_however_long_it_is(callers: Callers, case: Running) -> None:
    town = callers.agency("counting-town")
    for _ in range(12):
        opened = await town.opens_case((await town.registers())["id"])
        await town.decides(opened, "refer")
    for limit in (1, 12):
        with statements(case.runtime.engine) as sent:
            assert len((await town.asks("/cases", limit=limit))["items"]) == limit
        assert Counter(one.verb for one in sent) == Counter(["SELECT case", "SELECT case", "INSERT access_log"])


async def test_the_log_and_the_tasks_are_read_in_one_question(
    city: Agency, callers: Callers, case: Running, today: date
) -> None:
    client = await city.registers()
    opened = await city.opens_case(client["id"])
    for _ in range(3):
        await city.adds_task(opened, today)
    with statements(case.runtime.engine) as sent:
        await callers.person(client["id"]).who_looked(client["id"])
    assert Counter(one.verb for one in sent) == Counter([*["SELECT merged_client"] * 3, "SELECT access_log"])
    with statements(case.runtime.engine) as sent:
        await callers.agency("tamme", Role.SUPERVISOR).who_looked(client["id"])
    assert Counter(one.verb for one in sent) == Counter(
        ["SELECT merged_client", "SELECT merged_client", "SELECT access_log", "INSERT access_log"]
    )
    with statements(case.runtime.engine) as sent:
        await city.tasks_of(opened)
    assert Counter(one.verb for one in sent) == Counter(["SELECT task", "INSERT access_log"])
