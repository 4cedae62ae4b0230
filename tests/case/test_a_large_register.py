"""However many people there are, searches, the queue, scans and the look before registering go by their indexes.

`make test` asks it of thousands, `make prove-scale` of 200,000 (SIDUS_PEOPLE). Plans are asserted, never times.
"""

import asyncio
import os
from collections.abc import Sequence
from itertools import islice
from typing import Any

import asyncpg
import pytest
from stdnum.ee import ik

from deploy.embedded.postgres import EmbeddedPostgres
from services.case.duplicates import service
from services.case.duplicates.scanner import scan_some
from shared.actor import Role
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.conftest import new_database
from tests.support.caller import told
from tests.support.people import form_a
from tests.support.register import fill, forms
from tests.support.registrar import json_lines
from tests.support.service import Running
from tests.support.statements import Plans, ways

PEOPLE = int(os.environ.get("SIDUS_PEOPLE", "15000"))
LARGE = {
    *("client", "client_identity", "client_identifier", "client_contact"),
    *("duplicate_pair", "duplicate_side", "merged_client", "external_id"),
}

CONTACTS = """
INSERT INTO client_contact (id, client_id, owner_agency, category, standing, recorded_at, changed, provenance, phone,
                            preferred_language, agreed_channels, may_be_contacted, match_keys)
SELECT gen_random_uuid(), id, owner_agency, 'contact', 'current', created_at, '{}', '{}', '+372 5' || n, 'et', '{}',
       true, ARRAY[n] FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM client) AS client;
"""
MERGED = """
INSERT INTO merged_client (merged_id, survivor_id, merge_id)
SELECT id, survivor, gen_random_uuid()
FROM (SELECT id, lead(id) OVER (ORDER BY id) AS survivor, row_number() OVER (ORDER BY id) AS n FROM client) AS client
WHERE survivor IS NOT NULL AND n % 10 = 5;

INSERT INTO merged_client (merged_id, survivor_id, merge_id)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 50000);
"""
"""Every tenth record was merged into the next one, and so many others that no plan reads all merges for their sake."""

LINKS = """
INSERT INTO external_id (id, client_id, owner_agency, category, system, value, recorded_at)
SELECT gen_random_uuid(), id, owner_agency, 'identity', 'star', 'K-' || row_number() OVER (ORDER BY id), created_at
FROM client;
"""

QUEUE = """
INSERT INTO duplicate_pair (id, first_id, second_id, score, reasons, state, found_at, version, sequence, created_at)
SELECT gen_random_uuid(), id, following, 60 + n % 40, '{duplicate.family-name-same}',
       CASE WHEN n % 3 = 0 THEN 'dismissed' ELSE 'open' END, created_at, 1, 0, created_at
FROM (SELECT id, lead(id) OVER (ORDER BY id) AS following, row_number() OVER (ORDER BY id) AS n, created_at
      FROM client) AS client WHERE following IS NOT NULL AND n % 4 = 0;

INSERT INTO duplicate_side (pair_id, client_id, owner_agency, category, score, state, leads)
SELECT pair.id, client.id, CASE WHEN pair.score % 10 = 0 THEN 'tamme' ELSE 'agency-' || pair.score END, 'identity',
       pair.score, pair.state, client.id = pair.first_id
FROM duplicate_pair AS pair JOIN client ON client.id IN (pair.first_id, pair.second_id);

ANALYZE;
"""


async def filled(url: str) -> None:
    """A register of that many people, and a queue of a quarter as many pairs."""
    await fill(url, PEOPLE)
    for statement in (CONTACTS, LINKS, MERGED, QUEUE):
        await sql(url, statement)


async def sql(url: str, statement: str, *values: Any) -> None:
    """Past every service."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def large_database(postgres: EmbeddedPostgres) -> str:
    """The database of the case service with a large register."""
    url = asyncio.run(new_database(postgres.url, "case", "sidus_case_register"))
    asyncio.run(filled(url))
    return url


def somebody() -> dict[str, Any]:
    """One of the people."""
    return next(form["identity"] for form in forms(1))


def born(person: dict[str, Any]) -> str:
    """When they were born."""
    return str(ik.get_birth_date(person["personal_code"]))


def assert_by_index(found: Plans, *indexes: str) -> None:
    """The indexes were used, and no large table was read from end to end."""
    assert found.read_whole.isdisjoint(LARGE)
    assert set(indexes) <= found.indexes


PERSON = somebody()
LATE = next(islice(forms(PEOPLE), PEOPLE - 150, None))["identity"]
BEGINS = PERSON["last_name"][:4]
SEARCHES: list[tuple[dict[str, Any], str]] = [
    ({"personal_code": PERSON["personal_code"]}, "uq_client_identifier"),
    ({"last_name": PERSON["last_name"], "date_of_birth": born(PERSON)}, "client_by_identity_keys"),
    ({"last_name_begins": BEGINS, "birth_year": int(born(PERSON)[:4])}, "client_by_name_and_birth"),
    ({"last_name_begins": BEGINS, "first_name_begins": PERSON["first_name"][:2]}, "client_by_both_names"),
]


@pytest.mark.parametrize(("wanted", "index"), SEARCHES, ids=["code", "name and birth", "beginning, year", "beginnings"])
async def test_a_search_is_served_by_its_index(
    large: Running, among_many: Callers, wanted: dict[str, Any], index: str
) -> None:
    async with ways(large.runtime.engine) as found:
        assert await among_many.agency("tamme").looks_for(**wanted)
    assert_by_index(found, index, "pk_merged_client")


async def test_a_name_on_one_of_many_merged_records_leads_to_the_survivor_by_index(
    large: Running, among_many: Callers
) -> None:
    *_, merged, survivor = (form["identity"] for form in forms(6))
    async with ways(large.runtime.engine) as found:
        hits = await among_many.agency("tamme").looks_for(last_name=merged["last_name"], date_of_birth=born(merged))
    assert [hit["birth_year"] for hit in hits] == [int(born(survivor)[:4])]
    assert_by_index(found, "client_by_identity_keys", "pk_merged_client", "uq_client_identity_current")


async def test_the_queue_is_served_by_its_index(large: Running, among_many: Callers) -> None:
    registrar = among_many.agency("tamme", Role.REGISTRAR)
    async with ways(large.runtime.engine) as found:
        first = await registrar.asks("/duplicates")
        await registrar.asks("/duplicates", cursor=first["next"])
    assert len(first["items"]) == 20
    assert_by_index(found, "duplicate_side_of_agency", "pk_duplicate_pair")


async def test_the_look_before_registering_is_served_by_indexes(large: Running, among_many: Callers) -> None:
    known_as = {"kind": "foreign_code", "country": "LV", "value": "LV-1"}
    twin = {key: PERSON[key] for key in ("first_name", "last_name")} | {"date_of_birth": born(PERSON)}
    form = {"identity": twin | {"other_identifier": known_as}, "contact": {"phone": "+372 5000 0001"}}
    async with ways(large.runtime.engine) as found:
        refused = await told(among_many.agency("tamme").registers(form), 409)
    assert refused.code == "client-likely-exists"
    assert_by_index(found, "client_by_identity_keys", "client_by_contact_keys", "uq_client_identifier")


@pytest.mark.parametrize("dry_run", [True, False])
async def test_the_rows_of_a_register_are_held_against_the_record_by_index(
    large: Running, among_many: Callers, dry_run: bool
) -> None:
    registrar = among_many.registrar("tamme")
    running = await registrar.begins_import(on_existing="update", dry_run=dry_run)
    linked = {"identity": PERSON, "contact": {"phone": "+372 5999 0001"}, "external_id": "K-1"}
    known = {"identity": next(islice(forms(2), 1, None))["identity"]}
    new = form_a() | {"external_id": f"K-{new_id()}"}
    async with ways(large.runtime.engine) as found:
        answer = await registrar.sends_rows(running, json_lines([linked, known, new]))
    assert [row["outcome"] for row in answer["rows"]] == (
        ["updatable", "exists", "creatable"] if dry_run else ["updated", "exists", "created"]
    )
    assert_by_index(found, "uq_client_identifier", "uq_external_id", "uq_client_identity_current", "pk_client")


async def test_an_export_reads_its_parts_by_index(large: Running, among_many: Callers) -> None:
    registrar = among_many.registrar("tamme")
    person = await registrar.looks_for(personal_code=LATE["personal_code"])
    async with ways(large.runtime.engine) as found:
        assert await registrar.exports(after=person[0]["client_id"])
    assert_by_index(found, "pk_client", "ix_external_id_client_id", "ix_client_identifier_client_id")


OF_PEOPLE = (
    *("pk_client", "client_identity_of_client", "uq_client_contact_current", "ix_client_identifier_client_id"),
    *("client_by_identity_keys", "client_by_contact_keys", "uq_client_identifier"),
    *("uq_duplicate_pair", "duplicate_pair_of_second", "pk_merged_client", "ix_merged_client_survivor_id"),
)
PHASES = [
    ("identities", ("pk_client_identity",)),
    ("contacts", ("pk_client_contact",)),
    ("people", OF_PEOPLE),
]


@pytest.mark.parametrize(("phase", "indexes"), PHASES, ids=[phase for phase, _ in PHASES])
async def test_a_scan_goes_over_its_batches_by_index(
    large: Running,
    among_many: Callers,
    large_database: str,
    monkeypatch: pytest.MonkeyPatch,
    phase: str,
    indexes: Sequence[str],
) -> None:
    await sql(large_database, "UPDATE duplicate_scan SET phase = 'done'")
    scan = await among_many.agency("tamme", Role.OPERATOR).sends("/duplicates/scans")
    await sql(large_database, "UPDATE duplicate_scan SET phase = $1 WHERE id = $2", phase, scan["id"])
    monkeypatch.setattr(service, "BATCH", min(service.BATCH, PEOPLE // 150))
    async with ways(large.runtime.engine) as found:
        for _ in range(2):
            assert await scan_some(large.runtime.around)
    assert_by_index(found, *indexes)
