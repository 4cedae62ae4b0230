"""Whoever adds a table or an endpoint about a client need not think of merges, and cannot forget them."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import Index, Table, UniqueConstraint

from shared.access.aliases import Place, places_of
from shared.access.models import BROUGHT_BY
from shared.http.clients import ABOUT

SERVICES = ("assessment", "case", "feedback", "network")


def base_of(service: str) -> Any:
    return import_module(f"services.{service}.models").Base


def parameters(service: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Parameters of a service's operations, each with the operation."""
    document = import_module(f"services.{service}.app").app.openapi()
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                yield operation["operationId"], parameter


@pytest.mark.parametrize("service", SERVICES)
def test_every_endpoint_takes_the_id_of_a_merged_record_for_the_survivors(service: str) -> None:
    own = {operation for operation, one in parameters(service) if one["name"] == "client_id"}
    resolved = {operation for operation, one in parameters(service) if one.get("description") == ABOUT}
    assert own == resolved != set()


PLACES = [
    pytest.param(place, id=f"{place.table.name}.{place.column.name}")
    for service in SERVICES
    for place in places_of(base_of(service).registry)
]


NEVER_MEET = {"erasure_order_under_way": "no record is merged while it is being erased"}
"""Keys that would refuse a second row of a client, were it not for a rule; whoever adds one here says why."""


@pytest.mark.parametrize("place", PLACES)
def test_no_table_that_a_merge_moves_refuses_a_second_row_of_a_client(place: Place) -> None:
    assert [key for key in _unique(place.table) if _refuses(key, place)] == []


def test_the_record_itself_and_the_access_log_are_not_moved() -> None:
    moved = {place.table.name for place in places_of(base_of("case").registry)}
    assert moved >= {"case", "consent", "client_grant", "access_grant", "client_identifier", "client_relation"}
    assert moved.isdisjoint({"client", "client_identity", "client_contact", "access_log"})


def _unique(table: Table) -> list[Any]:
    constraints = [key for key in table.constraints if isinstance(key, UniqueConstraint)]
    indexes = [index for index in table.indexes if index.unique and index.name not in NEVER_MEET]
    return [table.primary_key, *constraints, *indexes]


def _refuses(key: Any, place: Place) -> bool:
    """Whether a key lets a client have one row only, and what a merge brings is not excepted."""
    where = key.dialect_options["postgresql"]["where"] if isinstance(key, Index) else None
    return place.column in set(key.columns) and f"{BROUGHT_BY} IS NULL" not in str(where)
