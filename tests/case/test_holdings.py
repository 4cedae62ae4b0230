"""What the case service tells of what it holds: everything to the person, what is theirs to see to officers."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.actor import Role
from tests.case.conftest import Callers
from tests.case.likeness import alike, somebody
from tests.support.agencies import Agency
from tests.support.caller import Caller, told
from tests.support.people import form_a

PATH = "/case/holdings"


async def held(reader: Caller, client_id: str, limit: int = 100) -> list[dict[str, Any]]:
    """Every row that a reader is told of, page after page."""
    rows: list[dict[str, Any]] = []
    query: dict[str, Any] = {"client_id": client_id, "limit": limit}
    while True:
        page = await reader.asks(PATH, **query)
        rows += page["items"]
        if page["next"] is None:
            return rows
        query["cursor"] = page["next"]


def officer(callers: Callers, agency: str) -> Agency:
    return callers.agency(agency, Role.DATA_PROTECTION_OFFICER)


@pytest.fixture
async def client(city: Agency, fund: Agency) -> dict[str, Any]:
    """A client with a case at two agencies, of whom a neighbour has told something too."""
    client = await city.registers(form_a())
    case = await city.opens_case(client["id"])
    await city.tells_problem(case, informant="noticer", informant_name="Naabri Mari")
    await city.decides(case, "case_management")
    await fund.opens_case(client["id"])
    return client


async def test_the_person_is_told_of_every_row(callers: Callers, client: dict[str, Any]) -> None:
    rows = await held(callers.person(client["id"]), client["id"])

    told = [(row["table"], row["agency"]) for row in rows]
    assert told.count(("case", "tamme")) == told.count(("case", "unemployment-fund")) == 1
    assert {table for table, _ in told} >= {"client", "client_identity", "client_contact", "initial_decision"}
    identity = next(row for row in rows if row["table"] == "client_identity")
    assert identity["values"]["last_name"] == client["identity"]["last_name"]
    assert "last_name_key" not in identity["values"]


async def test_pages_hold_the_same_rows_whatever_their_size(callers: Callers, client: dict[str, Any]) -> None:
    person = callers.person(client["id"])
    assert await held(person, client["id"], limit=1) == await held(person, client["id"])


async def test_an_officer_is_told_what_the_agency_may_see(callers: Callers, client: dict[str, Any]) -> None:
    rows = await held(officer(callers, "unemployment-fund"), client["id"])

    assert {row["agency"] for row in rows if row["category"] == "case"} == {"unemployment-fund"}
    assert {row["category"] for row in rows if row["agency"] == "tamme"} == {"identity", "contact", "existence"}
    assert await held(officer(callers, "probation"), client["id"]) == []


async def test_which_pairs_of_likely_duplicates_there_are_does_not_hang_on_the_record(
    callers: Callers, city: Agency
) -> None:
    form = somebody()
    one = await city.registers(form)
    said = {"clients": [one["id"]], "because": "namesakes"}
    other = await city.registers(alike(form) | {"distinct_from": said})
    for reader in (callers.person(other["id"]), callers.agency("tamme", Role.DATA_PROTECTION_OFFICER)):
        items = (await reader.asks(PATH, client_id=other["id"], limit=100))["items"]
        (record,) = (item for item in items if item["table"] == "client")
        assert record["parts"] == []


async def test_every_row_told_is_entered_in_the_access_log(callers: Callers, client: dict[str, Any]) -> None:
    reader = officer(callers, "unemployment-fund")
    rows = await held(reader, client["id"])

    entries = [one for one in await reader.who_looked(client["id"]) if one["operation"] == "list_case_holdings"]
    assert {category for one in entries for category in one["categories"]} == {row["category"] for row in rows}
    assert {one["ground"] for one in entries} == {"own", "shared-record", "existence"}


async def test_who_else_is_named_is_told_to_the_agency_alone(callers: Callers, client: dict[str, Any]) -> None:
    own = [row for row in await held(callers.person(client["id"]), client["id"]) if row["table"] == "case_problem"]
    agency = [row for row in await held(officer(callers, "tamme"), client["id"]) if row["table"] == "case_problem"]

    assert [(row["withheld"], "informant_name" in row["values"]) for row in own] == [(["informant_name"], False)]
    assert [(row["withheld"], row["values"]["informant_name"]) for row in agency] == [([], "Naabri Mari")]


@pytest.fixture
async def merged(city: Agency, fund: Agency, callers: Callers, client: dict[str, Any]) -> dict[str, Any]:
    """Another record of the same person, with a case of the fund, that was merged into the first."""
    twin = await city.registers(form_a())
    await city.changes(twin, contact=twin["contact"] | {"phone": "+372 5555 0199"})
    await callers.agency("tamme", Role.REGISTRAR).merges(await city.reads(twin["id"]), into=client)
    return twin


async def test_the_person_is_told_what_stood_on_a_merged_record_as_former_data_and_where_it_came_from(
    callers: Callers, client: dict[str, Any], merged: dict[str, Any]
) -> None:
    rows = await held(callers.person(client["id"]), client["id"], limit=3)

    former = [row for row in rows if row["merged_record"] == merged["id"]]
    assert {row["merged_record"] for row in rows} == {None, merged["id"]}
    assert {row["table"] for row in former} == {
        "client",
        *(f"client_{section}" for section in ("identity", "contact", "social", "health")),
    }
    phones = {row["values"]["phone"]: row["values"]["provenance"] for row in former if row["table"] == "client_contact"}
    assert phones.keys() == {merged["contact"]["phone"], "+372 5555 0199"}
    assert {provenance["phone"]["officer"] for provenance in phones.values()} == {"tamme.officer"}
    assert merged["identity"]["personal_code"] in [
        row["values"]["value"] for row in rows if row["table"] == "client_identifier" and not row["merged_record"]
    ]


async def test_an_officer_is_told_of_a_merged_record_what_would_be_told_of_the_survivor(
    callers: Callers, client: dict[str, Any], merged: dict[str, Any]
) -> None:
    reader = officer(callers, "unemployment-fund")

    former = [row for row in await held(reader, merged["id"]) if row["merged_record"]]

    assert {(row["agency"], row["category"]) for row in former} == {("tamme", "identity"), ("tamme", "contact")}
    assert await held(officer(callers, "probation"), client["id"]) == []
    entries = [one for one in await reader.who_looked(client["id"]) if one["operation"] == "list_case_holdings"]
    assert ["contact", "identity"] in [one["categories"] for one in entries], "the merged record has entries of its own"
    assert {one["ground"] for one in entries} == {"own", "shared-record", "existence"}


async def test_nothing_is_told_of_a_merged_record_when_the_survivors_is_closed(
    callers: Callers, client: dict[str, Any], merged: dict[str, Any], today: date
) -> None:
    reader = officer(callers, "tamme")
    assert [row for row in await held(reader, client["id"]) if row["merged_record"]]

    await reader.closes_record(client["id"], "tamme/somebody.else", until=today + timedelta(days=30))

    assert {row["table"] for row in await held(reader, client["id"])} == {"restriction"}


async def test_words_come_in_the_language_asked_for(callers: Callers, client: dict[str, Any]) -> None:
    person = callers.person(client["id"])
    person.http.headers["Accept-Language"] = "et"
    words = (await person.asks(PATH, client_id=client["id"]))["words"]["client_identity"]
    assert (words["title"], words["fields"]["first_name"]) == ("Isik", "Eesnimi")
    assert words["values"]["citizenship"]["estonian"] == "Eesti"


async def test_a_code_is_called_what_it_means_in_its_field(city: Agency, callers: Callers) -> None:
    client = await city.registers()
    case = await city.opens_case(client["id"])
    await city.decides(case, "single")
    person = callers.person(client["id"])
    person.http.headers["Accept-Language"] = "et"
    words = (await person.asks(PATH, client_id=client["id"], limit=100))["words"]
    assert words["client_social"]["values"]["marital_status"]["single"] == "vallaline"
    assert words["initial_decision"]["values"]["decision"]["single"] == "vajab üksikteenust või toetust"


async def test_nobody_reads_the_holdings_of_another_person(callers: Callers, city: Agency) -> None:
    one, other = await city.registers(), await city.registers()
    await told(callers.person(one["id"]).asks(PATH, client_id=other["id"]), 403)
    await told(city.asks(PATH, client_id=one["id"]), 403)
