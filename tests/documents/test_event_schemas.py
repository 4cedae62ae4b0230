"""An event carries ids, codes, dates and numbers: no field could hold a name, a code, an address or free words."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.actor import Actor
from shared.events.catalog import EVENTS
from shared.events.envelope import Envelope, Event

CODES = {
    "agency": "code of an agency in agencies.yaml",
    "convening_agency": "the same",
    "grantee": "the same",
    "responsible_agency": "the same",
    "source_agency": "the same",
    "responsible_officer": "the agency's own account of its officer",
    "named": "accounts of officers, each with the code of the agency",
    "legal_code": "a legal code of an agency's profile",
    "areas": "codes of an instrument's life areas",
    "decision": "code of an initial decision",
    "fields": "names of columns",
    "hash": "of a chain of digests, in hex",
    "instrument": "code of an instrument",
    "rule": "code of a feedback rule",
    "service": "the agency's code of a service",
    "statement": "ids, names of tables, counts and codes of reasons, signed by the service",
    "stays": "names of tables, each with a number of rows",
}
"""The only fields whose schema is a plain text: what stands in each is a code by the rules of who announces it."""

SAFE_FORMATS = {"uuid", "date", "date-time"}
SAFE_TYPES = {"integer", "number", "boolean", "null"}
ENVELOPE = {"specversion", "source", "type", "subject", "datacontenttype", "agency", "correlationid", "traceparent"}


def texts(event: type[Event]) -> Iterator[str]:
    """The fields of an event that may hold any text."""
    schema = event.model_json_schema()
    for name, field in schema["properties"].items():
        if not is_safe(field, schema.get("$defs", {})):
            yield name


def is_safe(field: dict[str, Any], definitions: dict[str, Any]) -> bool:
    """Whether a field can hold nothing but ids, dates, numbers, yes, no, or one of a closed list of codes."""
    if "$ref" in field:
        return is_safe(definitions[field["$ref"].rsplit("/", 1)[1]], definitions)
    if "anyOf" in field:
        return all(is_safe(choice, definitions) for choice in field["anyOf"])
    if field.get("type") == "array":
        return is_safe(field["items"], definitions)
    closed = "enum" in field or "const" in field
    return closed or field.get("format") in SAFE_FORMATS or field.get("type") in SAFE_TYPES


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_no_field_of_an_event_could_carry_personal_data(event: type[Event]) -> None:
    assert set(texts(event)) <= CODES.keys()


def test_every_code_that_is_let_through_is_carried_by_some_event() -> None:
    assert {name for event in EVENTS for name in texts(event)} == CODES.keys()


@pytest.mark.parametrize(
    ("field", "safe"),
    [
        ({"type": "string"}, False),
        ({"type": "object"}, False),
        ({"type": "array", "items": {"type": "string"}}, False),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, False),
        ({"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}, True),
        ({"type": "string", "enum": ["opened", "closed"]}, True),
        ({"type": "array", "items": {"type": "integer"}}, True),
    ],
)
def test_what_counts_as_safe(field: dict[str, Any], safe: bool) -> None:
    assert is_safe(field, {}) == safe


def test_the_envelope_adds_ids_times_and_codes_only() -> None:
    properties = Envelope.model_json_schema()["properties"]
    assert {name for name, field in properties.items() if not is_safe(field, {})} == ENVELOPE | {"data"}
    assert "officer" not in properties
    assert "officer" in Actor.model_fields


def test_subjects_and_types_follow_one_grammar_and_meet_no_other() -> None:
    kinds = [event.kind for event in EVENTS]
    assert len(set(kinds)) == len(kinds)
    for event in EVENTS:
        service, aggregate, happened = event.kind.split(".")
        assert event.type() == f"sidus.{service}.{aggregate}.{happened}.v{event.schema_version}"
        assert service in {"case", "assessment", "network", "feedback"}
