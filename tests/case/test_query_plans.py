"""Queries go by the index that was made for them, on tables large enough to matter."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deploy.embedded.postgres import EmbeddedPostgres
from services.case.timekeeper import Duty, close_grant, let_consent_expire, tell_client
from shared.actor import Role
from tests.case.conftest import Callers
from tests.conftest import new_database
from tests.support.service import Running
from tests.support.statements import plans, ways

SOMEBODY = UUID(int=1717)
"""One of the people in the large tables; their case has the same id."""

MANY = """
CREATE TEMPORARY TABLE person AS
SELECT n, lpad(to_hex(n), 32, '0')::uuid AS id, now() - make_interval(mins => n) AS at,
       CASE WHEN n % 97 = 0 OR n = 1717 THEN 'tamme' ELSE 'agency-' || n % 97 END AS agency
FROM generate_series(1, 6000) AS n;

INSERT INTO client (id, client_id, owner_agency, category, changed_at, version, sequence, created_at)
SELECT id, id, agency, 'identity', at, 1, 1, at FROM person;

INSERT INTO client_identity (id, client_id, owner_agency, category, standing, recorded_at, changed, provenance,
                             first_name, last_name, first_name_key, last_name_key, match_keys, date_of_birth)
SELECT id, id, agency, 'identity', 'current', at, '{}', '{}', 'Eesnimi', 'Perenimi' || n % 500, 'eesnimi',
       'perenimi' || n % 500, ARRAY[n],
       date '1950-01-01' + n FROM person;

INSERT INTO client_contact (id, client_id, owner_agency, category, standing, recorded_at, changed, provenance,
                            preferred_language, agreed_channels, may_be_contacted, phone, match_keys)
SELECT gen_random_uuid(), id, agency, 'contact', CASE WHEN v = 3 THEN 'current' ELSE 'former' END,
       at + make_interval(secs => v), '{phone}', '{}', 'et', '{}', true, '+372 555 000' || v, '{}'
FROM person, generate_series(1, 3) AS v;

INSERT INTO client_relation (id, part_id, client_id, owner_agency, category, standing, recorded_at, changed, provenance,
                             kind, related_client_id, relation)
SELECT id, id, id, agency, 'social', 'current', at, '{kind}', '{}', 'cohabiting_family',
       lpad(to_hex(n % 6000 + 1), 32, '0')::uuid, 'child' FROM person;

INSERT INTO earlier_assessment (id, part_id, client_id, owner_agency, category, standing, recorded_at, changed,
                                provenance, kind)
SELECT id, id, id, agency, 'needs', 'current', at, '{kind}', '{}', 'care_need' FROM person;

INSERT INTO client_identifier (id, client_id, owner_agency, category, kind, country, value, compared, recorded_at,
                               source, leads_to_client)
SELECT id, id, agency, 'identity', 'personal_code', 'EE', lpad(n::text, 11, '0'), lpad(n::text, 11, '0'), at, '{}', true
FROM person WHERE n % 2 = 0;

INSERT INTO client_identifier (id, client_id, owner_agency, category, kind, country, value, compared, recorded_at,
                               source, leads_to_client)
SELECT gen_random_uuid(), id, agency, 'identity', 'foreign_code', 'LV', n::text, n::text, at, '{}', true FROM person;

INSERT INTO household (id, version, sequence, created_at) SELECT id, 1, 0, at FROM person WHERE n % 3 = 0;

INSERT INTO household_member (id, household_id, client_id, owner_agency, category, since, source)
SELECT id, lpad(to_hex((n + 2) / 3 * 3), 32, '0')::uuid, id, agency, 'social', date '2026-01-01', '{}' FROM person;

INSERT INTO external_id (id, client_id, owner_agency, category, system, value, recorded_at)
SELECT gen_random_uuid(), id, agency, 'identity', 'star', n::text, at FROM person;

INSERT INTO "case" (id, client_id, owner_agency, category, coordinator, source, voluntary, purpose, version, sequence,
                    created_at)
SELECT id, id, agency, 'case', 'officer', 'client', true, 'case-management', 1, 1, at FROM person;

INSERT INTO case_presence (case_id, client_id, owner_agency, category, coordinator, opened_on)
SELECT id, id, agency, 'existence', 'officer', date '2026-01-01' FROM person;

INSERT INTO task (id, case_id, client_id, owner_agency, category, title, due_on, status, version, sequence, created_at)
SELECT gen_random_uuid(), id, id, agency, 'plan', 'Call', date '2030-01-01', 'open', 1, 1, at
FROM person, generate_series(1, 3);

INSERT INTO client_grant (id, client_id, grantee, categories, ground, valid_from, version, sequence, created_at)
SELECT id, id, 'unemployment-fund', '{needs}', 'consent', at, 1, 1, at FROM person;

INSERT INTO consent (id, client_id, owner_agency, category, grant_id, grantee, categories, purpose, valid_from,
                     valid_until, signed_on, declarations, version, sequence, created_at)
SELECT gen_random_uuid(), id, agency, 'case', id, 'unemployment-fund', '{needs}', 'case-management', date '2026-01-01',
       date '2036-01-01', date '2026-01-01', '{}', 1, 1, at FROM person;

INSERT INTO statutory_claim (id, client_id, owner_agency, category, grant_id, legal_code, categories, reason,
                             claimed_by, valid_until, version, sequence, created_at)
SELECT id, id, agency, 'case', id, 'SHS-additional-data', '{needs}', 'Help', 'officer', at, 1, 1, at FROM person;

INSERT INTO danger_claim (id, client_id, owner_agency, category, grant_id, kind, categories, reason, claimed_by,
                          valid_until, tell_at, told_at, reviewed_at, version, sequence, created_at)
SELECT id, id, agency, 'case', id, 'crime', '{needs}', 'Threats', 'officer', at, at, CASE WHEN n > 5 THEN at END,
       CASE WHEN n > 5 THEN at END, 1, 1, at FROM person;

INSERT INTO notification (id, client_id, owner_agency, category, kind, about_id, happened_at, version, sequence,
                          created_at)
SELECT id, id, agency, 'case', 'danger-claimed', id, at, 1, 1, at FROM person;

INSERT INTO disclosure (id, client_id, owner_agency, category, recipient, categories, ground, justification, purpose,
                        disclosed_on, disclosed_by, version, sequence, created_at)
SELECT id, id, agency, 'case', 'Police', '{needs}', 'crime', 'Threats', 'safety', date '2026-01-01', 'officer', 1, 1, at
FROM person;

INSERT INTO restriction (id, client_id, owner_agency, category, named, reason, valid_until, decided_at, decided_by,
                         lifted_at, version, sequence, created_at)
SELECT id, id, agency, 'case', '{tamme/officer}', 'Staff', date '2026-01-01', at, 'officer', at, 1, 1, at FROM person;

INSERT INTO access_restriction (id, client_id, named, valid_from, valid_until, decided_at)
SELECT id, id, '{tamme/officer}', at, at, at FROM person;

INSERT INTO notice (id, owner_agency, category, received_on, manner, description, version, sequence, created_at)
SELECT id, agency, 'journal', date '2026-01-01', 'phone', 'Dark windows', 1, 1, at FROM person;

INSERT INTO access_log (id, at, client_id, agency, officer, action, operation, categories, ground, request_id)
SELECT gen_random_uuid(), at, id, agency, 'officer', 'read', 'read_client', '{identity}', 'own', 'r'
FROM person, generate_series(1, 3);

INSERT INTO access_grant (id, grant_id, client_id, grantee, category, ground, valid_from)
SELECT gen_random_uuid(), id, id, 'unemployment-fund', 'needs', 'consent', at FROM person;

INSERT INTO outbox (id, subject, aggregate_id, envelope, created_at, published_at)
SELECT id, 'evt.case.client.registered', id, '{}', at, CASE WHEN n > 5 THEN at END FROM person;
"""


async def fill(url: str) -> None:
    """Put thousands of rows into every table that a list or a search reads."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(MANY)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def large_database(postgres: EmbeddedPostgres) -> str:
    """A database of the case service that is not empty."""
    url = asyncio.run(new_database(postgres.url, "case", "sidus_case_large"))
    asyncio.run(fill(url))
    return url


LISTS = [
    ("/cases", "case_of_agency"),
    ("/notices", "notice_of_agency"),
    (f"/cases/{SOMEBODY}/tasks", "task_of_case"),
    (f"/clients/{SOMEBODY}/consents", "consent_of_client"),
    (f"/cases/{SOMEBODY}", "consent_of_client"),
    (f"/clients/{SOMEBODY}", "pk_client"),
    (f"/clients/{SOMEBODY}/household", "household_member_of_client"),
    (f"/clients/{SOMEBODY}/household", "household_member_of_household"),
    (f"/clients/{SOMEBODY}", "household_member_of_client"),
    (f"/clients/{SOMEBODY}/identifiers", "ix_client_identifier_client_id"),
    (f"/clients/{SOMEBODY}/external-ids", "ix_external_id_client_id"),
    (f"/clients/{SOMEBODY}/relations", "client_relation_of_client"),
    (f"/clients/{SOMEBODY}/relations", "uq_client_identity_current"),
    (f"/clients/{SOMEBODY}/earlier-assessments", "earlier_assessment_of_client"),
    (f"/clients/{SOMEBODY}/inverse-relations", "client_relation_naming"),
    (f"/clients/{SOMEBODY}/cases", "case_presence_of_client"),
    (f"/clients/{SOMEBODY}", "access_restriction_of_client"),
    (f"/clients/{SOMEBODY}/statutory-claims", "statutory_claim_of_client"),
    (f"/clients/{SOMEBODY}/danger-claims", "danger_claim_of_client"),
    (f"/clients/{SOMEBODY}/disclosures", "disclosure_of_client"),
]


@pytest.mark.parametrize(("path", "index"), LISTS)
async def test_a_read_goes_by_its_index(large: Running, among_many: Callers, path: str, index: str) -> None:
    async with plans(large.runtime.engine) as used:
        await among_many.agency("tamme").asks(path)
    assert index in used


@pytest.mark.parametrize(
    ("field", "index"),
    [
        ("/contact/phone", "client_contact_of_client"),
        (f"/relations/{SOMEBODY}/kind", "client_relation_of_part"),
    ],
)
async def test_the_history_of_a_field_goes_by_its_index(
    large: Running, among_many: Callers, field: str, index: str
) -> None:
    async with plans(large.runtime.engine) as used:
        assert await among_many.agency("tamme").history_of(str(SOMEBODY), field)
    assert index in used


@pytest.mark.parametrize(
    ("path", "index"),
    [
        ("/danger-reviews", "danger_claim_to_review"),
        ("/danger-reviews?undecided=false", "danger_claim_of_agency"),
        ("/restrictions", "restriction_of_agency"),
    ],
)
async def test_what_a_supervisor_reads_goes_by_its_index(
    large: Running, among_many: Callers, path: str, index: str
) -> None:
    async with plans(large.runtime.engine) as used:
        await among_many.agency("tamme", Role.SUPERVISOR).http.get(f"/api/v1{path}")
    assert index in used


@pytest.mark.parametrize(
    ("path", "index"), [("restrictions", "restriction_of_client"), ("notifications", "notification_of_client")]
)
async def test_what_the_person_reads_goes_by_its_index(
    large: Running, among_many: Callers, path: str, index: str
) -> None:
    async with plans(large.runtime.engine) as used:
        await among_many.person(str(SOMEBODY)).asks(f"/clients/{SOMEBODY}/{path}")
    assert index in used


@pytest.mark.parametrize(
    ("duty", "index"),
    [
        (close_grant, "client_grant_open"),
        (let_consent_expire, "consent_running"),
        (tell_client, "danger_claim_untold"),
    ],
)
async def test_the_timekeeper_finds_what_is_due_by_its_index(large: Running, duty: Duty, index: str) -> None:
    async with plans(large.runtime.engine) as used, large.work() as work:
        await duty(work)
    assert index in used


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({"personal_code": "36805280109"}, "uq_client_identifier"),
        (
            {"other_identifier": {"kind": "foreign_code", "country": "LV", "value": "1"}},
            "uq_client_identifier",
        ),
    ],
)
async def test_a_search_goes_by_its_index(
    large: Running, among_many: Callers, wanted: dict[str, object], index: str
) -> None:
    async with plans(large.runtime.engine) as used:
        await among_many.agency("tamme").looks_for(**wanted)
    assert index in used


@pytest.mark.parametrize(
    ("role", "wanted", "index"),
    [
        (Role.PERSON, {"client_id": str(SOMEBODY)}, "access_log_of_client"),
        (Role.SUPERVISOR, {"client_id": str(SOMEBODY)}, "access_log_of_client"),
        (Role.SUPERVISOR, {"officer": "officer"}, "access_log_of_officer"),
        (Role.SUPERVISOR, {"since": "2026-01-01T00:00:00Z"}, "access_log_of_agency"),
        (Role.DATA_PROTECTION_OFFICER, {"since": "2026-01-01T00:00:00Z", "action": "read"}, "access_log_of_agency"),
        (Role.DATA_PROTECTION_OFFICER, {"hidden": True}, "access_log_hidden"),
    ],
)
async def test_the_access_log_goes_by_its_index(
    large: Running, among_many: Callers, role: Role, wanted: dict[str, Any], index: str
) -> None:
    reader = among_many.person(str(SOMEBODY)) if role is Role.PERSON else among_many.agency("tamme", role)
    async with plans(large.runtime.engine) as used:
        await reader.asks("/case/access-log", **wanted)
    assert index in used


async def test_the_uses_of_a_persons_data_are_found_and_counted_by_their_index(
    large: Running, among_many: Callers
) -> None:
    async with ways(large.runtime.engine) as used:
        answer = await among_many.person(str(SOMEBODY)).http.get("/internal/access-log/usage", params={"most": 1000})
    assert answer.json()["total"] >= 3
    assert "access_log_of_client" in used.indexes
    assert "access_log" not in used.read_whole


async def test_what_others_opened_is_found_by_its_index(large: Running, among_many: Callers) -> None:
    async with plans(large.runtime.engine) as used:
        await among_many.agency("unemployment-fund").http.get(f"/api/v1/clients/{SOMEBODY}")
    assert "access_grant_in_force" in used


async def test_the_relay_finds_what_waits_without_reading_what_is_published(large: Running) -> None:
    async with plans(large.runtime.engine) as used, large.runtime.engine.connect() as connection:
        assert len(await large.runtime.relay._waiting(connection)) == 5
    assert used == {"outbox_unpublished"}
