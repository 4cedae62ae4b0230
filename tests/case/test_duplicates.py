"""No second record: who is very like somebody is not registered unknowingly, and a registrar looks at the likely."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.case.duplicates import service
from services.case.duplicates.scanner import scan_some
from shared.actor import Role
from tests.case.conftest import Callers
from tests.case.likeness import alike, somebody
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.service import Running


@pytest.fixture
def registrar(callers: Callers) -> Agency:
    """A registrar of the municipality."""
    return callers.agency("tamme", Role.REGISTRAR)


async def pair_of(registrar: Agency, *clients: dict[str, Any], state: str = "open") -> dict[str, Any] | None:
    """The pair of two clients in the agency's queue."""
    ids = {client["id"] for client in clients}
    queue = await registrar.likely_duplicates(state=state)
    return next((pair for pair in queue if {side["client_id"] for side in pair["sides"]} == ids), None)


async def queued(registrar: Agency, *clients: dict[str, Any]) -> dict[str, Any]:
    """The pair of two clients, which is there."""
    pair = await pair_of(registrar, *clients)
    assert pair is not None
    return pair


async def test_who_is_very_like_somebody_is_not_registered_unknowingly(city: Agency, fund: Agency) -> None:
    form = somebody()
    client = await city.registers(form)
    refused = await told(fund.registers(alike(form, last_name="Щербакова")), 409)
    assert refused.code == "client-likely-exists"
    hit = {"client_id": client["id"], "name": "J. Š.", "birth_year": int(form["identity"]["date_of_birth"][:4])}
    assert refused.document["likely"] == {"items": [hit], "more": False}


async def test_the_refusal_is_entered_in_the_log_of_who_it_shows(city: Agency, fund: Agency, callers: Callers) -> None:
    form = somebody()
    client = await city.registers(form)
    await told(fund.registers(alike(form)), 409)
    newest = (await callers.person(client["id"]).who_looked(client["id"]))[0]
    assert (newest["agency"], newest["action"], newest["ground"]) == ("unemployment-fund", "search", "existence")


async def test_who_says_that_it_is_somebody_else_registers_them_and_a_registrar_looks(
    city: Agency, registrar: Agency
) -> None:
    form = somebody()
    client = await city.registers(form)
    said = {"clients": [client["id"]], "because": "documents_seen"}
    other = await city.registers(alike(form) | {"distinct_from": said})
    pair = await queued(registrar, client, other)
    assert (pair["state"], pair["said_distinct"]) == ("open", "documents_seen")
    assert {reason["code"] for reason in pair["reasons"]} == {
        "duplicate.family-name-same",
        "duplicate.given-name-same",
        "duplicate.birth-date-same",
    }


async def test_everybody_who_is_very_like_has_to_be_named(city: Agency) -> None:
    form = somebody()
    first = await city.registers(form)
    denied = [first["id"]]
    second = await city.registers(alike(form) | {"distinct_from": {"clients": denied, "because": "relatives"}})
    third = alike(form, "UA") | {"distinct_from": {"clients": denied, "because": "relatives"}}
    refused = await told(city.registers(third), 409)
    assert [hit["client_id"] for hit in refused.document["likely"]["items"]] == [second["id"]]


async def test_a_code_that_somebody_has_counts_whatever_is_denied(city: Agency) -> None:
    form = somebody()
    client = await city.registers(form)
    denied = form | {"distinct_from": {"clients": [client["id"]], "because": "namesakes"}}
    assert (await told(city.registers(denied), 409)).code == "client-exists"


async def test_of_two_who_register_one_person_at_once_one_is_told(city: Agency, fund: Agency) -> None:
    form = somebody()
    answers = await asyncio.gather(city.registers(form), fund.registers(alike(form)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert [problem.code for problem in refused] == ["client-likely-exists"]  # type: ignore[attr-defined]


async def test_what_is_less_alike_is_registered_and_queued(city: Agency, registrar: Agency) -> None:
    form = somebody(date_of_birth="1984-03-07")
    client = await city.registers(form)
    other = await city.registers(alike(form, date_of_birth="1984-07-03"))
    pair = await queued(registrar, client, other)
    assert "duplicate.birth-date-swapped" in {reason["code"] for reason in pair["reasons"]}
    assert pair["score"] == 75


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"last_name": "Štšerbakova-Tamm"}, "family-name-part"),
        ({"first_name": "Jelena Maria"}, "given-name-part"),
        ({"last_name": "Štšerbatova"}, "family-name-near"),
    ],
)
async def test_why_two_records_are_queued(city: Agency, registrar: Agency, change: dict[str, str], reason: str) -> None:
    form = somebody()
    client = await city.registers(form)
    other = await city.registers(alike(form, **change))
    assert f"duplicate.{reason}" in {why["code"] for why in (await queued(registrar, client, other))["reasons"]}


async def test_two_people_with_codes_of_their_own_are_left_alone(city: Agency, registrar: Agency) -> None:
    form = somebody()
    client = await city.registers(form)
    other = await city.registers(alike(form, "LV"))
    assert await pair_of(registrar, client, other) is None


async def test_a_changed_name_is_compared_with_everybody(city: Agency, registrar: Agency) -> None:
    form = somebody()
    client = await city.registers(form)
    other = await city.registers(alike(form, last_name="Oja", first_name="Mari"))
    assert await pair_of(registrar, client, other) is None
    names = {"first_name": "Jelena", "last_name": "Štšerbatova", "date_of_birth": form["identity"]["date_of_birth"]}
    await city.changes(other, identity=names)
    assert await queued(registrar, client, other)


async def test_records_that_are_no_longer_alike_leave_the_queue(city: Agency, registrar: Agency) -> None:
    form = somebody()
    client = await city.registers(form)
    other = await city.registers(alike(form, last_name="Štšerbatova"))
    born = form["identity"]["date_of_birth"]
    await city.changes(other, identity={"first_name": "Mari", "last_name": "Oja", "date_of_birth": born})
    assert await pair_of(registrar, client, other) is None
    assert await pair_of(registrar, client, other, state="apart")


async def test_a_dismissed_pair_returns_only_for_something_new(city: Agency, registrar: Agency) -> None:
    form = somebody()
    client = await city.registers(form)
    other = await city.registers(alike(form, last_name="Štšerbatova"))
    pair = await queued(registrar, client, other)
    dismissed = await registrar.dismisses(pair, "relatives")
    assert (dismissed["state"], dismissed["dismissal"]["because"]) == ("dismissed", "relatives")
    assert dismissed["dismissal"]["by"] == "tamme.officer"
    assert await pair_of(registrar, client, other) is None

    facts = {name: value for name, value in form["identity"].items() if name != "other_identifier"}
    seen = await city.changes(other, identity=facts | {"last_name": "Štšerbatova", "document_note": "Lost."})
    assert await pair_of(registrar, client, other) is None

    await city.changes(seen, contact={"phone": form["contact"]["phone"]})
    assert "duplicate.phone-same" in {why["code"] for why in (await queued(registrar, client, other))["reasons"]}


async def test_a_pair_is_dismissed_once_and_in_the_version_seen(city: Agency, registrar: Agency) -> None:
    form = somebody()
    clients = [await city.registers(form), await city.registers(alike(form, last_name="Štšerbatova"))]
    pair = await queued(registrar, *clients)
    assert (await told(registrar.dismisses(pair, If_Match='"7"'), 412)).code == "stale-version"
    dismissed = await registrar.dismisses(pair, If_Match=f'"{pair["version"]}"')
    assert (await told(registrar.dismisses(pair), 409)).unmet == ["duplicate.not-open"]
    assert [action["allowed"] for action in dismissed["allowed_actions"]] == [False]


async def test_own_records_stand_beside_each_other_in_full(city: Agency, registrar: Agency) -> None:
    form = somebody()
    clients = [await city.registers(form), await city.registers(alike(form, last_name="Štšerbatova"))]
    pair = await queued(registrar, *clients)
    fields = {field["field"]: field for field in pair["fields"]}
    shown = {side["client_id"]: place for place, side in enumerate(pair["sides"])}
    first = shown[clients[0]["id"]]
    assert fields["identity.last_name"]["values"][first] == {"value": "Štšerbakova", "visible": True}
    assert fields["identity.last_name"]["closeness"] == "near"
    assert fields["identity.first_name"]["closeness"] == "same"
    assert fields["contact.phone"]["closeness"] == "different"
    assert fields["identity.legal_capacity"]["closeness"] is None
    assert fields["contact.agreed_channels"]["values"][first] == {"value": [], "visible": True}
    assert await registrar.asks(f"/duplicates/{pair['id']}") == pair


async def test_another_agencys_side_is_masked_until_there_is_a_ground(
    city: Agency, fund: Agency, registrar: Agency, callers: Callers
) -> None:
    form = somebody(citizenship="estonian")
    own = await city.registers(form)
    theirs = await fund.registers(alike(form, last_name="Štšerbatova", citizenship="other"))
    pair = await queued(registrar, own, theirs)
    place = [side["client_id"] for side in pair["sides"]].index(theirs["id"])
    fields = {field["field"]: field for field in pair["fields"]}
    year = form["identity"]["date_of_birth"][:4]
    assert fields["identity.last_name"]["values"][place] == {"value": "Š.", "visible": False}
    assert fields["identity.date_of_birth"]["values"][place] == {"value": year, "visible": False}
    assert fields["identity.citizenship"] == fields["identity.citizenship"] | {"closeness": None}
    masked = {name: field["values"][place] for name, field in fields.items() if name.startswith("contact.")}
    assert set(map(str, masked.values())) == {str({"value": None, "visible": False})}
    assert pair["sides"][place]["registered_by"] is None
    newest = (await callers.person(theirs["id"]).who_looked(theirs["id"]))[0]
    assert (newest["agency"], newest["action"]) == ("tamme", "search")

    await city.opens_case(theirs["id"])
    opened = await registrar.asks(f"/duplicates/{pair['id']}")
    fields = {field["field"]: field for field in opened["fields"]}
    assert fields["identity.last_name"]["values"][place] == {"value": "Štšerbatova", "visible": True}
    assert fields["identity.citizenship"]["closeness"] == "different"
    assert opened["sides"][place]["registered_by"] == "unemployment-fund"


async def test_each_agency_has_the_pair_in_its_queue_and_a_third_has_not(
    city: Agency, fund: Agency, registrar: Agency, callers: Callers
) -> None:
    form = somebody()
    own = await city.registers(form)
    theirs = await fund.registers(alike(form, last_name="Štšerbatova"))
    pair = await queued(registrar, own, theirs)
    assert (await queued(callers.agency("unemployment-fund", Role.REGISTRAR), own, theirs))["id"] == pair["id"]
    third = callers.agency("social-insurance-board", Role.REGISTRAR)
    assert await pair_of(third, own, theirs) is None
    assert (await told(third.asks(f"/duplicates/{pair['id']}"), 404)).code == "duplicate-not-found"


async def test_what_most_speaks_for_comes_first_and_the_queue_is_read_in_pages(
    callers: Callers,
) -> None:
    town, registrar = callers.agency("queue-town"), callers.agency("queue-town", Role.REGISTRAR)
    for change in ({"last_name": "Štšerbatova"}, {"first_name": "Jelena Maria"}, {"last_name": "Štšerbakova-Oja"}):
        form = somebody()
        await town.registers(form)
        await town.registers(alike(form, **change))
    whole = await registrar.likely_duplicates()
    scores = [pair["score"] for pair in whole]
    assert (len(whole), scores) == (3, sorted(scores, reverse=True))
    first = await registrar.asks("/duplicates", limit=2)
    rest = await registrar.asks("/duplicates", limit=2, cursor=first["next"])
    assert first["items"] + rest["items"] == whole
    assert rest["next"] is None


@pytest.mark.parametrize("role", [Role.CASE_MANAGER, Role.SUPERVISOR, Role.OPERATOR])
async def test_the_queue_is_for_registrars(callers: Callers, role: Role) -> None:
    assert (await told(callers.agency("tamme", role).likely_duplicates(), 403)).code == "forbidden"


async def test_a_scan_makes_keys_anew_and_finds_who_was_not_found(
    city: Agency, registrar: Agency, callers: Callers, case: Running
) -> None:
    form = somebody()
    client = await city.registers(form)
    async with case.runtime.engine.begin() as connection:
        await connection.exec_driver_sql(
            "UPDATE client_identity SET match_keys = '{}', last_name_key = '' WHERE client_id = $1", (client["id"],)
        )
    other = await city.registers(alike(form, last_name="Štšerbatova"))
    assert await pair_of(registrar, client, other) is None

    operator = callers.agency("tamme", Role.OPERATOR)
    started = await operator.sends("/duplicates/scans")
    assert (await told(operator.sends("/duplicates/scans"), 409)).unmet == ["duplicate.scan-under-way"]
    seen = set()
    while await scan_some(case.runtime.around):
        seen.add((await operator.asks(f"/duplicates/scans/{started['id']}"))["phase"])
    done = await operator.asks(f"/duplicates/scans/{started['id']}")
    assert seen >= {"contacts", "people", "done"}
    assert (done["phase"], done["looked_at"]) == ("done", done["total"])
    assert done["found"] >= 1
    assert done["finished_at"] is not None
    assert await queued(registrar, client, other)
    assert done in (await operator.asks("/duplicates/scans"))["items"]


async def test_a_scan_that_was_stopped_is_gone_on_with(callers: Callers, city: Agency, case: Running) -> None:
    await city.registers(somebody())
    operator = callers.agency("tamme", Role.OPERATOR)
    started = await operator.sends("/duplicates/scans")
    assert await scan_some(case.runtime.around)
    before = await operator.asks(f"/duplicates/scans/{started['id']}")
    assert before["looked_at"] > 0
    while await scan_some(case.runtime.around):
        pass
    assert (await operator.asks(f"/duplicates/scans/{started['id']}"))["phase"] == "done"


async def test_a_second_pass_finds_nothing_new(callers: Callers, city: Agency, case: Running) -> None:
    form = somebody()
    await city.registers(form)
    await city.registers(alike(form, last_name="Štšerbatova"))
    operator = callers.agency("tamme", Role.OPERATOR)
    for _ in range(2):
        started = await operator.sends("/duplicates/scans")
        while await scan_some(case.runtime.around):
            pass
    assert (await operator.asks(f"/duplicates/scans/{started['id']}"))["found"] == 0


async def test_a_pair_leads_to_a_merge_after_which_it_is_gone_and_returns_when_that_is_undone(
    city: Agency, registrar: Agency, case: Running
) -> None:
    form = somebody()
    clients = [await city.registers(form), await city.registers(alike(form, last_name="Štšerbatova"))]
    pair = await queued(registrar, *clients)
    preview = (await registrar.http.get(pair["merge_preview"])).json()
    assert {preview["survivor_id"], preview["merged_id"]} == {client["id"] for client in clients}

    ids_and_versions = ("survivor_id", "merged_id", "survivor_version", "merged_version")
    merge = await registrar.sends("/merges", {name: preview[name] for name in ids_and_versions} | {"reason": "One."})
    assert await pair_of(registrar, *clients) is None
    await told(registrar.asks(f"/duplicates/{pair['id']}"), 404)
    await city.registers(alike(form, last_name="Štšerbatova", first_name="Jelena Maria"))

    async with case.work() as work:
        await service.reconsider(work, [UUID(preview["survivor_id"])])
        await work.commit()

    await registrar.sends(f"/merges/{merge['id']}/reversal", {"reason": "Two."})
    assert await queued(registrar, *clients) == pair


async def test_a_closed_record_is_hinted_at_neither_in_registering_nor_in_the_queue(
    city: Agency, registrar: Agency, callers: Callers, today: date
) -> None:
    form = somebody()
    hidden = await city.registers(form)
    supervisor = callers.agency("tamme", Role.SUPERVISOR)
    await supervisor.closes_record(hidden["id"], "tamme/mari.maasikas", until=today + timedelta(days=90))
    other = await city.registers(alike(form))
    assert await pair_of(registrar, hidden, other) is None
    named = callers.agency("tamme", Role.REGISTRAR, officer="mari.maasikas")
    assert await queued(named, hidden, other)
