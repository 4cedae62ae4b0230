"""What the oracle of the access proof says, row by row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from deploy.proofs.access.onlookers import NOBODY, Onlooker
from deploy.proofs.access.oracle import Closing, Facts, Opening, Oracle
from deploy.proofs.access.rows import Row
from shared.access.categories import Category
from shared.actor import Role

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANNA, MART = "01980000-0000-7000-8000-00000000000a", "01980000-0000-7000-8000-00000000000b"
CITY = Onlooker("tamme", "municipality", Role.CASE_MANAGER, officer="mari.maasikas")
FUND = Onlooker("unemployment-fund", "unemployment_fund", Role.SUPERVISOR, officer="liis.kivi")
BOARD = Onlooker("social-insurance-board", "social_insurance", Role.CASE_MANAGER, officer="piret.mets")


def person(client: str) -> Onlooker:
    """A client who looks themself."""
    return Onlooker("residents", "portal", Role.PERSON, person=client)


def row(category: Category, owner: str = "tamme", table: str = "assessment") -> Row:
    """A row about Anna."""
    return Row("any", table, f"{table} of {owner}", owner, ANNA, category, digest="", ids={}, marks=frozenset())


def opened(
    *categories: Category, source: str | None = "tamme", begins: timedelta = -DAY, ends: timedelta = DAY
) -> Facts:
    """The fund is let into categories of Anna's data."""
    return Facts([Opening(ANNA, FUND.agency, frozenset(categories), source, NOW + begins, NOW + ends)])


def case_of_the_fund() -> Facts:
    """The fund has a case with Anna."""
    facts = Facts()
    facts.case_opened(ANNA, FUND.agency, NOW - DAY)
    return facts


NEEDS, CONTACT, EXISTENCE = row(Category.NEEDS), row(Category.CONTACT), row(Category.EXISTENCE, table="case_presence")
OF_PROBATION = row(Category.EXISTENCE, "probation", "case_presence")


@pytest.mark.parametrize(
    ("facts", "looked_at", "may_see"),
    [
        (Facts(), NEEDS, {CITY}),
        (opened(Category.NEEDS), NEEDS, {CITY, FUND}),
        (opened(Category.HEALTH), NEEDS, {CITY}),
        (opened(Category.NEEDS, source="probation"), NEEDS, {CITY}),
        (opened(Category.NEEDS, source=None), NEEDS, {CITY, FUND}),
        (opened(Category.NEEDS, begins=DAY, ends=2 * DAY), NEEDS, {CITY}),
        (opened(Category.NEEDS, ends=timedelta()), NEEDS, {CITY}),
        (case_of_the_fund(), NEEDS, {CITY}),
        (case_of_the_fund(), CONTACT, {CITY, FUND}),
        (case_of_the_fund(), EXISTENCE, {CITY, FUND}),
        (case_of_the_fund(), OF_PROBATION, set()),
        (opened(Category.FEEDBACK), row(Category.FEEDBACK, table="answer"), set()),
    ],
)
def test_an_agency_sees_its_own_and_what_is_opened_to_it(facts: Facts, looked_at: Row, may_see: set[Onlooker]) -> None:
    oracle = Oracle(facts, [looked_at], NOW)
    assert {onlooker for onlooker in (CITY, FUND, BOARD) if oracle.visible_to(onlooker)} == may_see


def test_a_person_sees_everything_about_themself_and_nothing_about_others() -> None:
    rows = [NEEDS, row(Category.FEEDBACK, table="answer")]
    oracle = Oracle(Facts(), rows, NOW)
    assert oracle.visible_to(person(ANNA)) == set(rows)
    assert not oracle.visible_to(person(MART))


def test_nobody_in_particular_sees_nothing() -> None:
    assert not Oracle(opened(Category.NEEDS, source=None), [NEEDS], NOW).visible_to(NOBODY)


def test_a_closed_record_is_out_of_sight_of_all_but_the_officers_named() -> None:
    facts = Facts(closings=[Closing(ANNA, frozenset({"tamme/juhan.kask"}))])
    decision = row(Category.CASE, table="restriction")
    oracle = Oracle(facts, [NEEDS, decision], NOW)
    assert oracle.visible_to(CITY) == {decision}
    assert oracle.visible_to(replace(CITY, officer="juhan.kask")) == {NEEDS, decision}
    assert oracle.visible_to(person(ANNA)) == {NEEDS, decision}


def test_what_hung_on_a_merged_record_is_opened_with_the_one_that_stays() -> None:
    facts = opened(Category.NEEDS)
    facts.merge(ANNA, MART)
    left_behind, moved = row(Category.NEEDS), replace(row(Category.NEEDS), client=MART)
    oracle = Oracle(facts, [left_behind, moved], NOW)
    assert [oracle.visible_to(onlooker) for onlooker in (CITY, FUND, person(ANNA))] == [{moved}] * 3


def test_what_is_kept_from_a_person_is_told_to_the_data_protection_officer() -> None:
    hidden = replace(row(Category.HEALTH, table="access_log"), is_told=False)
    oracle = Oracle(Facts(), [hidden], NOW)
    assert not oracle.visible_to(person(ANNA)) | oracle.visible_to(CITY)
    assert oracle.visible_to(replace(CITY, role=Role.DATA_PROTECTION_OFFICER)) == {hidden}
