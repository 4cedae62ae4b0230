"""The form in which entries are digested and chained is fixed: what was sealed once can be verified for ever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.access.categories import Ground
from shared.access.chain import Head, Link, beginning, canonical, digest

ENTRY: dict[str, Any] = {
    "id": UUID("0198c0de-0000-7000-8000-000000000001"),
    "at": datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
    "client_id": UUID("0198c0de-0000-7000-8000-000000000002"),
    "agency": "tamme",
    "officer": "mari.maasikas",
    "action": "read",
    "operation": "read_client",
    "categories": ["health", "identity"],
    "ground": Ground.OWN,
    "purpose": "õigus",
    "case_id": None,
    "legal_code": None,
    "request_id": "r-1",
    "hidden_code": None,
    "hidden_until": None,
}
CANONICAL = (
    b'{"action":"read","agency":"tamme","at":"2026-03-01T08:30:00.000000+00:00","categories":["health","identity"],'
    b'"client_id":"0198c0de-0000-7000-8000-000000000002","ground":"own","id":"0198c0de-0000-7000-8000-000000000001",'
    b'"officer":"mari.maasikas","operation":"read_client","purpose":"\\u00f5igus","request_id":"r-1"}'
)
DIGEST = "7dffc173ba3e5018d3fe90911db57cfd090dee059cbe3856afd5351f37750f22"
BEGINNING = "25cde812f6e7829b7f0bc0f502cba6570fbce67f0d5d5acd83ed6aea31fb2f87"
FIRST = "e4c7b226ef9ae55cf0d36b74ac0624686030eb9c7afcd1cf390f561b13c943f2"
LINK = Link(7, ENTRY["id"], digest(ENTRY))


def test_the_canonical_form_is_what_it_was() -> None:
    assert canonical(ENTRY) == CANONICAL
    assert digest(ENTRY).hex() == DIGEST


def test_the_chain_is_what_it_was() -> None:
    assert beginning("case").hash.hex() == "25cde812f6e7829b7f0bc0f502cba6570fbce67f0d5d5acd83ed6aea31fb2f87"
    assert beginning("case").followed_by(LINK) == Head(
        1, bytes.fromhex("e4c7b226ef9ae55cf0d36b74ac0624686030eb9c7afcd1cf390f561b13c943f2")
    )


def test_chains_of_two_services_have_nothing_in_common() -> None:
    assert beginning("case").followed_by(LINK).hash != beginning("network").followed_by(LINK).hash


def test_a_column_that_comes_later_changes_no_digest_of_before() -> None:
    assert digest(ENTRY | {"added_later": None}) == digest(ENTRY)
    assert digest(ENTRY | {"added_later": "x"}) != digest(ENTRY)


def test_a_moment_has_one_form_whatever_its_offset() -> None:
    here = ENTRY["at"].astimezone(timezone(timedelta(hours=2)))
    assert canonical(ENTRY | {"at": here}) == CANONICAL


@pytest.mark.parametrize("column", ENTRY)
def test_every_column_counts(column: str) -> None:
    values = {"at": ENTRY["at"] + timedelta(microseconds=1), "categories": ["health"]}
    assert digest(ENTRY | {column: values.get(column, "other")}) != digest(ENTRY)


WORD = st.text(max_size=20)


@given(WORD, WORD, WORD, WORD)
def test_no_two_entries_share_a_canonical_form(officer: str, action: str, another: str, other: str) -> None:
    one, two = canonical({"officer": officer, "action": action}), canonical({"officer": another, "action": other})
    assert (one == two) == ((officer, action) == (another, other))


@pytest.mark.parametrize("change", [{"seq": 8}, {"entry_id": UUID(int=1)}, {"digest": bytes(32)}])
def test_a_seal_hangs_on_number_id_and_digest(change: dict[str, Any]) -> None:
    before = beginning("case")
    assert before.followed_by(replace(LINK, **change)).hash != before.followed_by(LINK).hash
