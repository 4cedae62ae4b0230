"""Every table that holds something of a person is known to hold it, is found by the person, and is put in words."""

from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint

from shared.labels import Labels
from shared.rights.disclosure import field_code
from shared.rights.holdings import Holding, holdings_of

SERVICES = ("assessment", "case", "feedback", "network")
ABOUT_NOBODY = {
    "client_grant": "ids and codes only: the consent that a grant rests on is told in its own row",
    "duplicate_scan": "how far a pass over the whole register is",
    "grant_receipt": "when a service applied a grant",
    "household": "that some people live together; who they are stands in the rows of its members",
    "import": "how far a register has been taken over",
    "import_row": "which record a row of a file led to, while the report is kept; the record tells where it came from",
    "retention_run": "how far a run has come, and figures by category",
    "network": "agencies and posts",
}
"""Tables of services that hold nothing of a person; whoever adds one here says why."""


def tables_of(service: str) -> Any:
    return import_module(f"services.{service}.models").Base


HOLDINGS = [pytest.param(s, holding, id=holding.name) for s in SERVICES for holding in holdings_of(tables_of(s))]


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_is_personal_or_hangs_on_one_that_is_or_is_known_to_be_about_nobody(service: str) -> None:
    base = tables_of(service)
    found = {table.name for holding in holdings_of(base) for table in holding.with_parts()}
    assert set(base.metadata.tables) - found <= ABOUT_NOBODY.keys()
    assert found.isdisjoint(ABOUT_NOBODY)


def test_rows_that_hang_on_personal_ones_are_found() -> None:
    parts = {holding.name: [part.name for part in holding.parts] for holding in holdings_of(tables_of("feedback"))}
    assert sorted(parts["answer"]) == ["answer_score", "answer_text"]
    assert parts["survey_trigger"] == ["survey_decision"]


@pytest.mark.parametrize(("service", "holding"), HOLDINGS)
def test_what_is_held_of_a_person_is_found_by_an_index(service: str, holding: Holding) -> None:
    whole = [index for index in holding.table.indexes if index.dialect_options["postgresql"]["where"] is None]
    keys = [key for key in holding.table.constraints if isinstance(key, UniqueConstraint | PrimaryKeyConstraint)]
    assert "client_id" in {next(iter(found.columns)).name for found in (*whole, *keys)}


@pytest.mark.parametrize(("service", "holding"), HOLDINGS)
def test_tables_and_fields_are_put_in_words(service: str, holding: Holding) -> None:
    labels: Labels = import_module(f"services.{service}.app").service.labels
    codes = [f"table.{table.name}" for table in holding.with_parts()]
    codes += [field_code(table, name, labels) for table in holding.with_parts() for name in table.shown]
    assert [code for code in codes if code not in labels] == []


@pytest.mark.parametrize("service", SERVICES)
def test_what_refers_to_another_row_is_found_by_an_index_when_that_is_erased(service: str) -> None:
    for table in tables_of(service).metadata.sorted_tables:
        keys = [key for key in table.constraints if isinstance(key, UniqueConstraint | PrimaryKeyConstraint)]
        whole = [index for index in table.indexes if index.dialect_options["postgresql"]["where"] is None]
        indexed = {next(iter(found.columns)).name for found in (*whole, *keys)}
        first = {key.columns[0].name for key in table.foreign_key_constraints}
        assert first <= indexed, table.name


@pytest.mark.parametrize(("service", "holding"), HOLDINGS)
def test_rows_that_stay_after_an_erasure_refer_to_no_other_table(service: str, holding: Holding) -> None:
    if holding.mapper.class_.kept_because is not None:
        assert not holding.table.foreign_keys
        assert holding.mapper.class_.kept_because in import_module(f"services.{service}.app").service.labels
