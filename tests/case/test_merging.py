"""A registrar makes one record of two: side by side, by choice, everywhere, and takes it back."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.case import receipts
from shared.actor import Role
from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told, version_of
from tests.support.people import form_a, personal_code
from tests.support.service import Running


@pytest.fixture(autouse=True)
def _nobody_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other service is at work, so there is nothing to wait for."""
    monkeypatch.setattr(receipts, "WAIT", timedelta(0))


@pytest.fixture
def registrar(callers: Callers) -> Agency:
    """The registrar of the municipality."""
    return callers.agency("tamme", Role.REGISTRAR)


@pytest.fixture
async def anna(city: Agency) -> dict[str, Any]:
    """The record that stays."""
    return await city.registers()


@pytest.fixture
async def twin(city: Agency) -> dict[str, Any]:
    """The same person once more, by a temporary number."""
    form = form_a(social={"statuses": ["pensioner"]})
    del form["identity"]["personal_code"]
    form["identity"]["other_identifier"] = {"kind": "temporary_number"}
    return await city.registers(form)


def but_for_its_version(client: dict[str, Any]) -> dict[str, Any]:
    """What a record says."""
    return client | {"version": None}


async def test_both_records_are_laid_side_by_side(registrar: Agency, city: Agency, callers: Callers) -> None:
    contact = {"phone": "+372 5555 0101", "email": "anna@example.org"}
    one = await city.registers(form_a(contact=contact))
    other = await city.registers(form_a(contact=contact | {"phone": "+372 5555 0102"}))
    await city.opens_case(one["id"])
    await callers.agency("probation").opens_case(one["id"])
    await city.opens_case(other["id"])

    seen = await registrar.compares(one, other)

    fields = {field["pointer"]: (field["survivor"], field["merged"], field["same"]) for field in seen["fields"]}
    assert fields["/contact/phone"] == ("+372 5555 0101", "+372 5555 0102", False)
    assert fields["/contact/email"] == ("anna@example.org", "anna@example.org", True)
    assert fields["/identity/last_name"] == (one["identity"]["last_name"], other["identity"]["last_name"], False)
    assert (seen["survivor_version"], seen["merged_version"]) == (one["version"], other["version"])
    hanging = {kind["kind"]: (kind["survivor"], kind["merged"]) for kind in seen["hanging"]}
    assert hanging["case"] == (1, 1), "what the actor may not see is not counted"
    assert hanging["client_identifier"] == (1, 1)
    assert [warned["code"] for warned in seen["warnings"]][:2] == ["merge.two-open-cases", "merge.two-personal-codes"]


async def test_the_old_id_answers_with_the_survivor_and_what_hung_on_the_merged_record(
    registrar: Agency, city: Agency, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    case = await city.opens_case(twin["id"])
    merge = await registrar.merges(twin, into=anna, contact__phone="merged")

    read = await city.http.get(f"/api/v1/clients/{twin['id']}")
    record = read.json()

    assert record["id"] == anna["id"]
    assert read.headers["Content-Location"] == f"/api/v1/clients/{anna['id']}"
    assert record["contact"] == anna["contact"] | {"phone": twin["contact"]["phone"]}
    assert record["identity"] == anna["identity"] | {"other_identifier": twin["identity"]["other_identifier"]}
    assert len(record["relations"]) == 2
    assert (await city.reads_case(case))["client_id"] == anna["id"]
    assert merge["services"][0]["moved"] > 4
    assert merge["choices"] == {"/contact/phone": "merged"}


async def test_undone_both_records_are_as_they_were_and_no_etag_comes_back(
    registrar: Agency, city: Agency, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    case = await city.opens_case(twin["id"])
    before = await city.reads(anna["id"]), await city.reads(twin["id"])
    merge = await registrar.merges(twin, into=anna, contact__phone="merged", identity__first_name="merged")
    between = await city.reads(anna["id"])

    undone = await registrar.undoes(merge)

    after = await city.reads(anna["id"]), await city.reads(twin["id"])
    assert [but_for_its_version(one) for one in after] == [but_for_its_version(one) for one in before]
    assert (await city.reads_case(case))["client_id"] == twin["id"]
    assert after[0]["version"] == after[1]["version"] > between["version"] > max(one["version"] for one in before)
    assert undone["reversal"]["officer"] == "tamme.officer"
    assert undone["allowed_actions"][0]["unmet"][0]["code"] == "merge.already-undone"


async def test_what_was_written_since_stays_with_the_survivor_and_what_hangs_on_a_returning_case_returns(
    registrar: Agency, city: Agency, anna: dict[str, Any], twin: dict[str, Any], today: date
) -> None:
    brought = await city.opens_case(twin["id"])
    merge = await registrar.merges(twin, into=anna)
    task = await city.adds_task(brought, today)
    await city.records_consent(anna["id"], to="unemployment-fund", signed=today)

    undone = await registrar.undoes(merge)

    assert undone["reversal"]["stays"] == [
        {"service": "case", "kind": "client_grant", "rows": 1},
        {"service": "case", "kind": "consent", "rows": 1},
    ]
    assert [found["id"] for found in await city.tasks_of(brought)] == [task["id"]]
    assert len(await city.consents_of(anna["id"])) == 1
    assert await city.consents_of(twin["id"]) == []


async def test_what_a_merge_brought_returns_as_it_was_corrected_since(
    registrar: Agency, city: Agency, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    for client in (anna, twin):
        await city.sends("/households", {"members": [{"client_id": client["id"], "since": "2025-01-15"}]})
    merge = await registrar.merges(twin, into=anna)
    brought = twin["relations"][0]
    family = {"kind": "cohabiting_family", "name": brought["name"], "relation": "grandchild"}
    together = await city.reads(anna["id"])
    await city.corrects(together, "relations", brought["id"], **family)

    await registrar.undoes(merge)

    assert [one["relation"] for one in (await city.reads(twin["id"]))["relations"]] == ["grandchild"]
    assert (await city.reads(anna["id"]))["relations"] == anna["relations"]
    field = f"/relations/{brought['id']}/relation"
    assert [one["value"] for one in await city.history_of(twin["id"], field)] == ["grandchild", brought["relation"]]
    households = [await city.asks(f"/clients/{client['id']}/household") for client in (anna, twin)]
    assert [len(household["members"]) for household in households] == [1, 1]


async def known_by(agency: Agency, client: dict[str, Any]) -> dict[str, bool]:
    """The codes and numbers of a record, and whether it is known by them now."""
    listed = (await agency.asks(f"/clients/{client['id']}/identifiers"))["items"]
    return {one["value"]: one["ended_at"] is None for one in listed}


async def test_what_took_the_place_of_a_number_stays_with_the_record_whose_number_it_was(
    registrar: Agency, city: Agency, twin: dict[str, Any]
) -> None:
    anna = await city.registers(named("Tamm", twin))
    own, brought = ((one["identity"]["other_identifier"]["value"]) for one in (anna, twin))
    merge = await registrar.merges(twin, into=anna)
    later, code = "LV-" + brought, personal_code()
    for kind, country, value, before in (
        ("foreign_code", "LV", later, brought),
        ("personal_code", "EE", code, later),
    ):
        together = await city.reads(anna["id"])
        listed = (await city.asks(f"/clients/{anna['id']}/identifiers"))["items"]
        [replaced] = [one["id"] for one in listed if one["value"] == before]
        await city.adds(together, "identifiers", kind=kind, country=country, value=value, replaces=replaced)

    await registrar.undoes(merge)

    assert await known_by(city, anna) == {own: True}
    assert await known_by(city, twin) == {brought: False, later: False, code: True}
    assert [hit["client_id"] for hit in await city.looks_for(personal_code=code)] == [twin["id"]]


@pytest.mark.parametrize("expired", ["survivor", "merged"])
async def test_a_record_that_would_be_known_by_nothing_when_it_returns_is_given_a_number(
    registrar: Agency, city: Agency, callers: Callers, anna: dict[str, Any], expired: str
) -> None:
    other = callers.agency("unemployment-fund")
    pair = {"survivor": anna, "merged": await other.registers()}
    await city.opens_case(pair["merged"]["id"])
    merge = await registrar.merges(pair["merged"], into=pair["survivor"])
    listed = (await city.asks(f"/clients/{anna['id']}/identifiers"))["items"]
    code = pair[expired]["identity"]["personal_code"]
    [ended] = [one["id"] for one in listed if one["value"] == code]
    seen = version_of(await city.reads(anna["id"]))
    await city.sends(f"/clients/{anna['id']}/identifiers/{ended}/ending", {"ended_as": "expired"}, If_Match=seen)

    await registrar.undoes(merge)

    known = {side: await known_by(city, client) for side, client in pair.items()}
    [unaffected] = known.keys() - {expired}
    assert known[unaffected] == {pair[unaffected]["identity"]["personal_code"]: True}
    assert known[expired].pop(code) is False
    [(number, is_live)] = known[expired].items()
    assert (number[:2], is_live) == ("T-", True)


async def test_values_that_were_changed_since_stay_and_the_taken_ones_go(
    registrar: Agency, city: Agency, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    merge = await registrar.merges(twin, into=anna, contact__phone="merged", contact__email="merged")
    now = await city.reads(anna["id"])
    await city.changes(now, contact=now["contact"] | {"email": "new@example.org"})

    await registrar.undoes(merge)

    contact = (await city.reads(anna["id"]))["contact"]
    assert contact == anna["contact"] | {"email": "new@example.org"}
    assert (await city.reads(twin["id"]))["contact"] == twin["contact"]


async def test_two_open_cases_of_one_agency_both_stay_open_and_part_again(
    registrar: Agency, city: Agency, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    cases = [await city.opens_case(anna["id"]), await city.opens_case(twin["id"])]
    merge = await registrar.merges(twin, into=anna)
    assert {(await city.reads_case(case))["client_id"] for case in cases} == {anna["id"]}
    assert (await told(city.opens_case(twin["id"]), 409)).unmet == ["case.already-open"]

    await registrar.undoes(merge)

    assert [(await city.reads_case(case))["client_id"] for case in cases] == [anna["id"], twin["id"]]
    assert (await told(city.opens_case(twin["id"]), 409)).unmet == ["case.already-open"]


async def test_a_code_of_the_merged_record_leads_to_the_survivor(
    registrar: Agency, city: Agency, anna: dict[str, Any]
) -> None:
    form = form_a()
    twin = await city.registers(form)
    await registrar.merges(twin, into=anna)

    refusal = await told(city.registers(form), 409)
    code = form["identity"]["personal_code"]
    hits = await city.looks_for(personal_code=code)

    assert (refusal.code, refusal.document["client_id"]) == ("client-exists", anna["id"])
    assert [hit["client_id"] for hit in hits] == [anna["id"]]
    assert (await city.reads(anna["id"]))["identity"]["personal_code"] == anna["identity"]["personal_code"]


@pytest.fixture
async def grown_up(city: Agency) -> dict[str, Any]:
    """Somebody known by a number, thought to be grown up."""
    identity = {"first_name": "Mari", "last_name": "Mets", "other_identifier": {"kind": "temporary_number"}}
    return await city.registers(form_a(identity=identity | {"date_of_birth": "1990-01-01"}))


async def test_the_date_of_birth_follows_the_code_that_a_merge_brings_and_goes_with_it(
    registrar: Agency, city: Agency, grown_up: dict[str, Any], today: date
) -> None:
    born = today.replace(year=today.year - 10, day=1)
    code = personal_code(born)
    child = await city.registers(form_a(identity={"first_name": "Mari", "last_name": "Mets", "personal_code": code}))
    refused = await told(registrar.merges(child, into=grown_up, identity__date_of_birth="survivor"), 409)
    assert refused.unmet == ["merge.birth-date-of-code"]

    merge = await registrar.merges(child, into=grown_up)

    one = await city.reads(grown_up["id"])
    assert (one["identity"]["personal_code"], one["identity"]["date_of_birth"]) == (code, born.isoformat())
    said = {name: one["identity"][name] for name in ("first_name", "date_of_birth")} | {"last_name": "Kask"}
    assert (await city.changes(one, identity=said))["identity"]["last_name"] == "Kask"
    await registrar.undoes(merge)
    assert (await city.reads(grown_up["id"]))["identity"]["date_of_birth"] == "1990-01-01"


async def test_of_two_codes_the_date_of_birth_follows_the_one_that_stands(
    registrar: Agency, city: Agency, anna: dict[str, Any]
) -> None:
    code = personal_code(date(1950, 5, 5))
    identity = {"first_name": "Anna", "last_name": "Tamm", "personal_code": code}
    twin = await city.registers(form_a(identity=identity))
    await registrar.merges(twin, into=anna)
    record = {"identity": identity | {"last_name": "Saar"}}
    external_id = {"system": "star", "value": f"K-{anna['id']}"}

    one = await city.sends("/clients/upsert", {"external_id": external_id, "record": record})

    born = anna["identity"]["date_of_birth"]
    assert (one["id"], one["identity"]["last_name"], one["identity"]["date_of_birth"]) == (anna["id"], "Saar", born)
    known = (await city.asks(f"/clients/{anna['id']}/identifiers"))["items"]
    [wrong] = [one["id"] for one in known if one["value"] == anna["identity"]["personal_code"]]
    path = f"/clients/{anna['id']}/identifiers/{wrong}/ending"
    one = await city.sends(path, {"ended_as": "wrong"}, If_Match=version_of(one))
    assert (one["identity"]["personal_code"], one["identity"]["date_of_birth"]) == (code, "1950-05-05")


async def test_a_search_by_a_name_on_a_merged_record_finds_the_survivor_by_the_present_name(
    registrar: Agency, city: Agency, fund: Agency, anna: dict[str, Any]
) -> None:
    twin, last = await city.registers(), await city.registers(named("Viimane"))
    identity = twin["identity"]
    wanted = {name: identity[name] for name in ("last_name", "date_of_birth")}
    begins = {"last_name_begins": identity["last_name"], "birth_year": int(identity["date_of_birth"][:4])}

    merges = [await registrar.merges(twin, into=anna), await registrar.merges(anna, into=last)]

    for way in (wanted, begins):
        hits = await fund.looks_for(**way)
        assert [hit for hit in hits if hit["client_id"] in {twin["id"], anna["id"], last["id"]}] == [
            {"client_id": last["id"], "name": "E. V.", "birth_year": int(last["identity"]["date_of_birth"][:4])}
        ]
    for merge in reversed(merges):
        await registrar.undoes(merge)
    assert [hit["client_id"] for hit in await city.looks_for(**wanted)] == [twin["id"]]


async def test_a_name_on_a_merged_record_leads_nobody_to_a_record_that_is_closed(
    registrar: Agency, city: Agency, callers: Callers, anna: dict[str, Any], today: date
) -> None:
    twin = await city.registers()
    wanted = {name: twin["identity"][name] for name in ("last_name", "date_of_birth")}
    await registrar.merges(twin, into=anna)

    officer = callers.agency("tamme", Role.DATA_PROTECTION_OFFICER)
    await officer.closes_record(anna["id"], "tamme/somebody.else", until=today + timedelta(days=30))

    assert await city.looks_for(**wanted) == []


async def test_who_is_like_a_merged_record_is_looked_at_before_a_new_one_is_made(
    registrar: Agency, city: Agency, anna: dict[str, Any]
) -> None:
    twin = await city.registers(named("Endine", anna))
    await registrar.merges(twin, into=anna)
    again = named("Endine", anna) | {"contact": {"phone": anna["contact"]["phone"]}}

    refusal = await told(city.registers(again), 409)

    assert refusal.code == "client-likely-exists"
    assert [hit["client_id"] for hit in refusal.document["likely"]["items"]] == [anna["id"]]


def named(last_name: str, like: dict[str, Any] | None = None) -> dict[str, Any]:
    """The form of somebody of a name; like somebody of another family name, by a number."""
    form = form_a()
    form["identity"]["last_name"] = last_name
    if like:
        form["identity"] |= {name: like["identity"][name] for name in ("first_name", "date_of_birth")}
        form["identity"]["other_identifier"] = {"kind": "temporary_number"}
        del form["identity"]["personal_code"]
        del form["identity"]["document_number"]
    return form


async def test_merges_are_undone_from_the_last_one_on(
    registrar: Agency, city: Agency, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    third, last = await city.registers(), await city.registers()
    first = await registrar.merges(twin, into=anna)
    second = await registrar.merges(third, into=anna)
    assert (await told(registrar.undoes(first), 409)).unmet == ["merge.not-latest"]
    onward = await registrar.merges(await city.reads(anna["id"]), into=last)
    assert (await told(registrar.undoes(second), 409)).unmet == ["merge.survivor-merged"]
    assert (await city.reads(twin["id"]))["id"] == last["id"]
    listed = await city.asks("/merges", client_id=twin["id"])
    assert [item["id"] for item in listed["items"]] == [onward["id"], second["id"], first["id"]]

    for merge in (onward, second, first):
        assert (await registrar.reads_merge(merge))["allowed_actions"][0]["allowed"]
        await registrar.undoes(merge)

    for client in (anna, twin, third, last):
        assert but_for_its_version(await city.reads(client["id"])) == but_for_its_version(client)


async def test_records_that_are_merged_already_or_the_same_or_not_seen_are_refused(
    registrar: Agency, callers: Callers, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    stranger = callers.agency("unemployment-fund", Role.REGISTRAR)
    refusal = await told(stranger.compares(anna, twin), 409)
    assert (refusal.code, refusal.unmet) == ("merge-refused", ["merge.not-visible"] * 2)
    assert (await told(registrar.compares(anna, anna), 409)).unmet == ["merge.same-record"]
    await registrar.merges(twin, into=anna)
    assert (await told(registrar.compares(anna, twin), 409)).unmet == ["merge.already-merged"]


async def test_only_a_registrar_merges_and_only_who_sees_the_record_reads_of_it(
    registrar: Agency, city: Agency, fund: Agency, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    assert (await told(city.compares(anna, twin), 403)).code == "forbidden"
    merge = await registrar.merges(twin, into=anna)
    assert (await city.reads_merge(merge))["id"] == merge["id"]
    assert (await told(fund.reads_merge(merge), 404)).code == "merge-not-found"
    await fund.opens_case(anna["id"])
    assert (await fund.reads_merge(merge))["id"] == merge["id"]


async def test_an_agency_undoes_only_what_it_sees(
    registrar: Agency, callers: Callers, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    other = callers.agency("unemployment-fund", Role.REGISTRAR)
    await callers.agency("unemployment-fund").opens_case(twin["id"])
    merge = await registrar.merges(twin, into=anna, social__statuses="merged")
    assert (await told(other.undoes(merge), 409)).unmet == ["merge.choice-not-seen"]


async def test_who_came_to_see_the_survivor_by_the_merge_may_undo_it(
    registrar: Agency, callers: Callers, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    fund = callers.agency("unemployment-fund", Role.REGISTRAR)
    await callers.agency("unemployment-fund").opens_case(twin["id"])
    merge = await registrar.merges(twin, into=anna)
    assert (await fund.reads(anna["id"]))["id"] == anna["id"]

    await fund.undoes(merge)

    assert (await told(fund.reads(anna["id"]), 404)).code == "client-not-found"
    assert (await fund.reads(twin["id"]))["id"] == twin["id"]


async def test_records_that_were_changed_since_they_were_compared_are_not_merged(
    registrar: Agency, city: Agency, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    seen = await registrar.compares(anna, twin)
    await city.changes(twin, contact=twin["contact"] | {"phone": "+372 5555 0103"})
    form = {name: seen[name] for name in ("survivor_id", "merged_id", "survivor_version", "merged_version")}

    refusal = await told(registrar.sends("/merges", form | {"reason": "The same person."}), 412)

    now = {"survivor_version": anna["version"], "merged_version": twin["version"] + 1}
    assert (refusal.code, refusal.document["current"]) == ("stale-version", now)
    assert (await city.reads(twin["id"]))["id"] == twin["id"]


async def test_an_etag_of_either_record_is_of_no_use_after_the_merge(
    registrar: Agency, city: Agency, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    await registrar.merges(twin, into=anna)
    for seen in (anna, twin):
        assert (await told(city.changes(seen, contact=seen["contact"]), 412)).code == "stale-version"


async def test_where_a_taken_value_came_from_is_taken_along(
    registrar: Agency, city: Agency, callers: Callers, twin: dict[str, Any], case: Running
) -> None:
    survivor = await callers.agency("tamme", officer="another.officer").registers()
    await registrar.merges(twin, into=survivor, contact__phone="merged")
    async with case.runtime.engine.connect() as connection:
        query = "SELECT provenance FROM client_contact WHERE client_id = '{}' AND standing = 'current'"
        provenance = (await connection.exec_driver_sql(query.format(survivor["id"]))).scalar_one()
    assert provenance["phone"]["officer"] == "tamme.officer"
    assert provenance["email"]["officer"] == "another.officer"


async def test_both_people_find_the_merge_in_their_access_log(
    registrar: Agency, callers: Callers, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    merge = await registrar.merges(twin, into=anna)
    of_both = await callers.person(twin["id"]).who_looked(anna["id"])
    assert {"merge", "read", "create"} <= {entry["action"] for entry in of_both}
    await registrar.undoes(merge)

    for client in (anna, twin):
        actions = {
            (entry["operation"], entry["action"])
            for entry in await callers.person(client["id"]).who_looked(client["id"])
        }
        assert ("merge_records", "read") in actions
    assert ("undo_merge", "unmerge") in actions
    assert ("merge_records", "merge") in actions


async def test_no_value_is_taken_into_what_the_agency_may_only_read(
    callers: Callers, city: Agency, anna: dict[str, Any], today: date
) -> None:
    fund = callers.agency("unemployment-fund", Role.REGISTRAR)
    twin = await fund.registers(form_a(social={"statuses": ["studies"]}))
    await fund.opens_case(anna["id"])
    await city.opens_case(anna["id"])
    await city.records_consent(anna["id"], to="unemployment-fund", categories=("social",), signed=today)

    refusal = await told(fund.merges(twin, into=anna, social__statuses="merged"), 409)

    assert (refusal.code, refusal.unmet) == ("change-refused", ["client.for-reading-only"])
    await fund.merges(twin, into=anna, contact__phone="merged")
    assert (await city.reads(anna["id"]))["contact"]["phone"] == twin["contact"]["phone"]


async def test_who_may_only_read_two_records_neither_joins_nor_parts_them(
    registrar: Agency, callers: Callers, city: Agency, anna: dict[str, Any], twin: dict[str, Any], today: date
) -> None:
    fund = callers.agency("unemployment-fund", Role.REGISTRAR)
    for client in (anna, twin):
        await city.opens_case(client["id"])
        await city.records_consent(client["id"], to="unemployment-fund", categories=("identity",), signed=today)
    seen = {"survivor": anna, "merged": twin}
    form = {f"{name}_{field}": client[field] for name, client in seen.items() for field in ("id", "version")}

    refusal = await told(fund.sends("/merges", form | {"reason": "The same person."}), 409)

    assert (refusal.code, refusal.unmet) == ("merge-refused", ["client.for-reading-only"] * 2)
    assert [one["pointer"] for one in refusal.document["unmet"]] == ["/survivor_id", "/merged_id"]
    merge = await registrar.merges(twin, into=anna)
    assert (await told(fund.undoes(merge), 409)).unmet == ["client.for-reading-only"]


async def test_a_record_that_is_closed_to_all_but_named_officers_is_neither_merged_nor_parted(
    registrar: Agency, callers: Callers, anna: dict[str, Any], twin: dict[str, Any], today: date
) -> None:
    merge = await registrar.merges(twin, into=anna)
    third = await callers.agency("tamme").registers()
    supervisor = callers.agency("tamme", Role.SUPERVISOR)
    await supervisor.closes_record(anna["id"], "tamme/tamme.officer", until=today + timedelta(days=30))

    assert (await told(registrar.undoes(merge), 409)).unmet == ["merge.restricted"]
    assert (await told(registrar.compares(anna, third), 409)).unmet == ["merge.restricted"]


async def test_the_id_of_a_merged_record_in_a_body_stands_for_the_survivor(
    registrar: Agency, city: Agency, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    await registrar.merges(twin, into=anna)
    child = await city.registers()
    relation = {"kind": "cohabiting_family", "relation": "mother", "related_client_id": twin["id"]}
    child = await city.adds(child, "relations", **relation)
    assert anna["id"] in {one["related_client_id"] for one in child["relations"]}
    members = [{"client_id": one["id"], "since": "2025-01-15"} for one in (twin, child)]
    household = await city.sends("/households", {"members": members})
    assert {one["client_id"] for one in household["members"]} == {anna["id"], child["id"]}
    other = await city.registers()
    joined = {"client_id": twin["id"], "since": "2025-01-15"}
    elsewhere = await city.sends("/households", {"members": [{"client_id": other["id"], "since": "2025-01-15"}]})
    refused = await told(city.sends(f"/households/{elsewhere['id']}/members", joined), 409)
    assert refused.unmet == ["household.lives-in-another"]


async def test_nobody_is_related_to_their_own_former_id(
    registrar: Agency, city: Agency, anna: dict[str, Any], twin: dict[str, Any]
) -> None:
    await registrar.merges(twin, into=anna)
    relation = {"kind": "cohabiting_family", "relation": "self", "related_client_id": twin["id"]}
    refused = await told(city.adds(await city.reads(anna["id"]), "relations", **relation), 422)
    assert refused.pointers == ["/related_client_id"]


async def test_a_guardian_who_turns_out_to_be_the_ward_represents_nobody(
    registrar: Agency, city: Agency, today: date, twin: dict[str, Any]
) -> None:
    basis = {"kind": "legal_representative", "basis": "guardian", "relation": "guardian"}
    identity = form_a()["identity"] | {"legal_capacity": "none"}
    ward = await city.registers(form_a(identity=identity, relations=[basis | {"related_client_id": twin["id"]}]))
    await city.opens_case(ward["id"])
    (guardian,) = ward["relations"]
    merge = await registrar.merges(twin, into=ward)
    assert guardian["id"] not in {one["id"] for one in (await city.reads(ward["id"]))["relations"]}
    for part in ("relations", "inverse-relations"):
        listed = (await city.asks(f"/clients/{ward['id']}/{part}"))["items"]
        assert guardian["id"] not in {one["id"] for one in listed}
    by_guardian = [{"signer": "representative", "relation_id": guardian["id"]}]
    signing = city.records_consent(ward["id"], to="unemployment-fund", signed=today, signatures=by_guardian)
    assert (await told(signing, 409)).code == "consent-refused"
    await registrar.undoes(merge)
    assert (await city.reads(ward["id"]))["relations"] == [guardian]
