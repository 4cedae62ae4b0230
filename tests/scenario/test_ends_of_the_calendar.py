"""Days and moments from which no sum can be made are refused where they are given, not stumbled over later."""

from typing import Any

import pytest

from tests.support.agencies import DECLARATIONS
from tests.support.caller import told
from tests.support.front_door import Officer

TERMS = {
    "grantee": "unemployment-fund",
    "categories": ["needs"],
    "purpose": "case-management",
    "valid_from": "2026-01-01",
    "valid_until": "2030-01-01",
    "signed_on": "2026-01-01",
    "declarations": DECLARATIONS,
}
VISIT = {"service": "counselling", "channel": "visit"}
TASK = {"title": "Apply for the benefit"}


@pytest.mark.parametrize(
    ("collection", "body", "field", "value"),
    [
        ("/clients/{client}/consents", TERMS, "valid_from", "0001-01-01"),
        ("/clients/{client}/consents", TERMS, "valid_until", "9999-12-31"),
        ("/clients/{client}/consents", TERMS, "signed_on", "0001-01-01"),
        ("/cases/{case}/contacts", VISIT, "occurred_at", "0001-01-01T00:00:00+14:00"),
        ("/cases/{case}/contacts", VISIT, "occurred_at", "9999-12-31T23:59:59-14:00"),
        ("/cases/{case}/tasks", TASK, "due_on", "9999-12-31"),
    ],
)
async def test_a_day_beyond_all_lives_is_pointed_at(
    city: Officer, collection: str, body: dict[str, Any], field: str, value: str
) -> None:
    client = await city.registers()
    case = await city.opens_case(client["id"])

    refusal = await told(
        city.sends(collection.format(client=client["id"], case=case["id"]), body | {field: value}), 422
    )

    assert refusal.pointers == [f"/{field}"]
