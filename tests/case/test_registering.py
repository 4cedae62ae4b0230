"""A person is registered once, with form A, part 1, and everybody who may see the record sees the same."""

import asyncio
from datetime import date
from typing import Any

import pytest

from shared.actor import Role
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.people import form_a, personal_code
from tests.support.registrar import Registrar

RELATION = {"kind": "cohabiting_family", "name": "Laps Näide", "relation": "child"}
EVERY_FIELD: dict[str, Any] = {
    "contact": {
        "registered_address": "Kaevu 1, Tamme vald",
        "actual_address": "Õuna 7-3, Tamme linn",
        "residence_municipality": "Tamme vald",
        "current_municipality": "Tamme linn",
        "phone": "+372 5555 0101",
        "email": "resident@example.org",
        "account_number": "EE38 2200 2210 2014 5685",
        "bank": "Sample bank",
        "preferred_language": "ru",
        "preferred_channel": "email",
        "agreed_channels": ["email", "post"],
        "may_be_contacted": False,
    },
    "social": {
        "statuses": ["casual_work", "studies"],
        "statuses_note": "Deliveries at night.",
        "education": "higher",
        "education_note": "A degree of another country.",
        "marital_status": "cohabiting",
        "marital_status_note": "Since the spring.",
        "note": "Evening school.\nTwo shifts a week.",
    },
    "health": {
        "insured": True,
        "insured_note": "As a registered unemployed person.",
        "insured_from": "2026-02-01",
        "insured_until": "2027-01-31",
        "disability_degree": "severe",
        "disability_note": "To be assessed anew.",
        "incapacity_percent": 40,
        "valid_from": "2025-02-01",
        "valid_until": "2027-02-01",
        "note": "Uses a walking aid.",
    },
    "relations": [
        {
            "kind": "legal_representative",
            "basis": "guardian",
            "name": "Liisa Näide",
            "related_client_id": None,
            "relation": "aunt",
            "valid_from": "2024-05-01",
            "valid_until": "2029-05-01",
            "note": "By court.",
        },
        {
            "kind": "cohabiting_family",
            "basis": None,
            "name": "Jaan Näide",
            "related_client_id": None,
            "relation": "child",
            "valid_from": None,
            "valid_until": None,
            "note": None,
        },
    ],
    "earlier_assessments": [
        {"kind": "care_need", "made_on": "2025-03-01", "valid_until": "2027-03-01", "note": "By a nurse."},
        {"kind": "probation_risk", "made_on": None, "valid_until": None, "note": None},
    ],
}


def without_code(**identity: Any) -> dict[str, Any]:
    """The form of somebody who has no Estonian personal code."""
    known_as = {"kind": "foreign_code", "country": "LV", "value": f"LV-{new_id()}"}
    return form_a(identity={"first_name": "Ilze", "last_name": "Paraugs", "other_identifier": known_as} | identity)


async def test_every_section_is_read_back_as_it_was_written(city: Agency) -> None:
    born = date(1985, 7, 14)
    identity = {
        "first_name": "Anna-Liisa",
        "last_name": "Õunapuu",
        "personal_code": personal_code(born),
        "other_identifier": {"kind": "temporary_number", "country": "FI", "value": str(new_id())},
        "date_of_birth": born.isoformat(),
        "legal_capacity": "restricted",
        "citizenship": "other",
        "citizenship_note": "Of two countries.",
        "document": "passport",
        "document_note": "Another is being made.",
        "document_number": "KX0000017",
        "document_valid_until": "2030-12-31",
    }
    client = await city.registers({"identity": identity, **EVERY_FIELD})
    read = await city.reads(client["id"])
    assert read == client
    for part in ("relations", "earlier_assessments"):
        for one in read[part]:
            assert one.pop("id")
    told = [(one.pop("name_is_masked"), one.pop("household_id")) for one in read["relations"]]
    assert told == [(False, None), (False, None)]
    assert {section: read[section] for section in EVERY_FIELD} == EVERY_FIELD
    assert read["identity"] == identity
    assert (read["registered_by"], read["withheld"], read["missing"]) == ("tamme", [], [])


async def test_the_answer_says_where_the_record_is_and_in_which_version(city: Agency) -> None:
    made = await city.http.post("/api/v1/clients", json=form_a())
    read = await city.http.get(made.headers["Location"])
    assert made.status_code == 201
    assert read.json() == made.json()
    assert read.headers["ETag"] == made.headers["ETag"] == '"1"'


async def test_identity_alone_is_enough_and_the_rest_is_named_as_missing(city: Agency) -> None:
    person = {"first_name": "Ants", "last_name": "Allik", "personal_code": personal_code(date(1970, 1, 2))}
    client = await city.registers({"identity": person})
    assert client["identity"]["date_of_birth"] == "1970-01-02"
    assert client["missing"] == [
        "/identity/citizenship",
        "/identity/document",
        "/contact/registered_address",
        "/contact/phone",
        "/social/statuses",
        "/social/marital_status",
        "/health/insured",
    ]


async def test_a_person_without_a_code_is_registered_by_another_identifier(city: Agency) -> None:
    form = without_code(date_of_birth="1990-04-05")
    client = await city.registers(form)
    assert "/identity/date_of_birth" not in client["missing"]
    assert client["identity"]["personal_code"] is None
    assert client["identity"]["other_identifier"] == form["identity"]["other_identifier"]
    assert client["identity"]["date_of_birth"] == "1990-04-05"


@pytest.mark.parametrize("form", [form_a(), without_code()])
async def test_the_same_identifier_leads_another_agency_to_the_record(
    city: Agency, fund: Agency, form: dict[str, Any]
) -> None:
    client = await city.registers(form)
    other_words = form_a(identity=form["identity"] | {"first_name": "Anni", "last_name": "Teine"})
    exists = await told(fund.registers(other_words), 409)
    assert exists.code == "client-exists"
    assert exists.document["client_id"] == client["id"]
    assert exists.headers["Location"] == exists.document["client"] == f"/api/v1/clients/{client['id']}"


async def test_either_identifier_of_a_person_who_has_two_leads_to_the_record(city: Agency, fund: Agency) -> None:
    form = without_code(personal_code=personal_code())
    client = await city.registers(form)
    with_a_new_code = form["identity"] | {"personal_code": personal_code()}
    exists = await told(fund.registers(form_a(identity=with_a_new_code)), 409)
    assert (exists.code, exists.document["client_id"]) == ("client-exists", client["id"])


@pytest.mark.parametrize("form", [form_a(), without_code()])
async def test_of_two_who_register_at_once_one_gets_the_record_and_the_other_is_led_to_it(
    city: Agency, fund: Agency, form: dict[str, Any]
) -> None:
    answers = await asyncio.gather(*(who.http.post("/api/v1/clients", json=form) for who in (city, fund)))
    by_status = {answer.status_code: answer.json() for answer in answers}
    assert by_status.keys() == {201, 409}
    assert by_status[409]["client_id"] == by_status[201]["id"]


async def test_two_who_register_one_person_at_once_by_different_identifiers_get_one_record(
    city: Agency, fund: Agency
) -> None:
    shared = without_code()["identity"]["other_identifier"]
    forms = [without_code(other_identifier=shared, personal_code=code) for code in (None, personal_code())]
    calls = [who.http.post("/api/v1/clients", json=form) for who, form in zip((city, fund), forms, strict=True)]
    by_status = {answer.status_code: answer.json() for answer in await asyncio.gather(*calls)}
    assert by_status.keys() == {201, 409}
    assert by_status[409]["client_id"] == by_status[201]["id"]


async def test_a_code_with_a_mistyped_digit_is_refused_at_its_place_and_not_repeated(city: Agency) -> None:
    code = personal_code()
    mistyped = code[:10] + str((int(code[10]) + 1) % 10)
    form = form_a()
    form["identity"]["personal_code"] = mistyped
    refused = await told(city.registers(form), 422)
    assert refused.pointers == ["/identity/personal_code"]
    assert mistyped not in str(refused.document)
    form["identity"]["personal_code"] = code
    assert await city.registers(form)


@pytest.mark.parametrize(
    ("identity", "pointer"),
    [
        ({"personal_code": personal_code(date(1970, 1, 2)), "date_of_birth": "1970-01-03"}, "/identity"),
        ({"date_of_birth": "1970-01-02"}, "/identity"),
        ({"personal_code": personal_code(), "first_name": " "}, "/identity/first_name"),
        ({"personal_code": personal_code(), "last_name": "A\0B"}, "/identity/last_name"),
        ({"personal_code": personal_code(), "nickname": "A"}, "/identity/nickname"),
        ({"personal_code": personal_code(), "citizenship": "martian"}, "/identity/citizenship"),
        ({"personal_code": 36805280109}, "/identity/personal_code"),
        (
            {"other_identifier": {"kind": "foreign_code", "country": "lv", "value": "1"}},
            "/identity/other_identifier/country",
        ),
        (
            {"other_identifier": {"kind": "foreign_code", "country": "LV", "value": ""}},
            "/identity/other_identifier/value",
        ),
    ],
)
async def test_an_identity_with_a_mistake_is_refused_at_its_place(
    city: Agency, identity: dict[str, Any], pointer: str
) -> None:
    named = {"first_name": "Anna", "last_name": "Tamm"} | identity
    assert (await told(city.registers({"identity": named}), 422)).pointers == [pointer]


@pytest.mark.parametrize(
    ("section", "pointer"),
    [
        ({"contact": {"phone": "call me"}}, "/contact/phone"),
        ({"contact": {"email": "nobody"}}, "/contact/email"),
        ({"contact": {"preferred_language": "fi"}}, "/contact/preferred_language"),
        ({"contact": {"phone": "     "}}, "/contact/phone"),
        ({"contact": {"phone": "(-) ()"}}, "/contact/phone"),
        ({"contact": {"account_number": "      "}}, "/contact/account_number"),
        ({"contact": {"actual_address": "\u200b"}}, "/contact/actual_address"),
        ({"health": {"note": "\u200b"}}, "/health/note"),
        ({"social": {"statuses": ["works", "works"]}}, "/social/statuses"),
        ({"social": {"statuses": ["king"]}}, "/social/statuses/0"),
        ({"health": {"incapacity_percent": 101}}, "/health/incapacity_percent"),
        ({"health": {"incapacity_percent": -1}}, "/health/incapacity_percent"),
        ({"relations": [{"kind": "friend", "name": "A", "relation": "b"}]}, "/relations/0/kind"),
        ({"earlier_assessments": [{"kind": "horoscope"}]}, "/earlier_assessments/0/kind"),
        ({"parents": []}, "/parents"),
        ({"health": {"valid_from": "2026-02-01", "valid_until": "2026-01-31"}}, "/health/valid_until"),
        ({"health": {"insured_from": "2026-02-01", "insured_until": "2026-01-31"}}, "/health/insured_until"),
        (
            {"relations": [RELATION | {"valid_from": "2026-02-01", "valid_until": "2026-01-31"}]},
            "/relations/0/valid_until",
        ),
        (
            {"earlier_assessments": [{"kind": "other", "made_on": "2026-02-01", "valid_until": "2026-01-31"}]},
            "/earlier_assessments/0/valid_until",
        ),
    ],
)
async def test_a_section_with_a_mistake_is_refused_at_its_place(
    city: Agency, section: dict[str, Any], pointer: str
) -> None:
    assert (await told(city.registers(form_a() | section), 422)).pointers == [pointer]


async def test_a_registration_sent_twice_with_one_key_makes_one_record(city: Agency) -> None:
    form, key = form_a(), str(new_id())
    first = await city.registers(form, Idempotency_Key=key)
    assert await city.registers(form, Idempotency_Key=key) == first
    other = await told(city.registers(form_a(), Idempotency_Key=key), 422)
    assert other.code == "idempotency-key-reused"


async def test_a_code_a_birth_date_and_why_somebody_represents_are_named_as_missing(city: Agency) -> None:
    unexplained = {"kind": "legal_representative", "name": "Jaan Tamm", "relation": "father"}
    form = without_code(other_identifier={"kind": "temporary_number"}) | {"relations": [unexplained]}
    client = await city.registers(form)
    (relation,) = client["relations"]
    assert {"/identity/personal_code", "/identity/date_of_birth"} < set(client["missing"])
    assert f"/relations/{relation['id']}/basis" in client["missing"]
    explained = {field: relation[field] for field in unexplained} | {"basis": "parent"}
    corrected = await city.corrects(client, "relations", relation["id"], **explained)
    assert not [pointer for pointer in corrected["missing"] if pointer.startswith("/relations")]


@pytest.mark.parametrize("name", ["\u200b", "\u202eannA", "--", "An\u00adna"])
async def test_a_name_that_cannot_be_read_is_refused_by_hand_and_in_a_register(
    city: Agency, callers: Callers, name: str
) -> None:
    form = form_a()
    form["identity"]["last_name"] = name
    assert (await told(city.registers(form), 422)).pointers == ["/identity/last_name"]
    registrar = Registrar(callers.agency("tamme", Role.REGISTRAR).http, "tamme")
    [row] = await registrar.imports([form])
    assert (row["outcome"], [error["pointer"] for error in row["errors"]]) == ("refused", ["/identity/last_name"])


async def test_numbers_are_taken_without_the_spaces_around_them(city: Agency) -> None:
    client = await city.registers(form_a(contact={"phone": " +372 5555 0101 ", "account_number": " EE12 3456 "}))
    assert (client["contact"]["phone"], client["contact"]["account_number"]) == ("+372 5555 0101", "EE12 3456")
