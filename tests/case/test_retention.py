"""Retention runs: what is due is found by the agency's profile, reported, and erased in batches that survive a kill."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.case.clients.problems import ClientNotFound
from services.case.erasures import service as erasures
from services.case.erasures.rules import Reason
from services.case.retention import rules, store
from services.case.retention.models import RetentionRun
from services.case.retention.rules import Due, Found
from services.case.retention.service import carry_on
from services.case.timekeeper import carried_on, done
from shared.access.categories import Category
from shared.actor import Role
from shared.http.problems import Unavailable
from shared.ids import new_id
from tests.case.conftest import Callers
from tests.case.holding import Peers, written_at
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.service import Running
from tests.support.statements import plans

Ends = Callable[[str, datetime], Awaitable[None]]
LONG_AGO, OF_LATE = datetime(2010, 5, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def peers(case: Running) -> Peers:
    peers = Peers()
    case.runtime.around = replace(case.runtime.around, peers=peers)  # type: ignore[arg-type]
    return peers


@pytest.fixture
def agency(callers: Callers) -> str:
    """An agency of its own for each test, since a run goes through all clients of one."""
    return f"town-{datetime.now(UTC).timestamp():.6f}".replace(".", "-")


@pytest.fixture
def worker_of(callers: Callers, agency: str) -> Agency:
    return callers.agency(agency)


@pytest.fixture
def officer(callers: Callers, agency: str) -> Agency:
    return callers.agency(agency, Role.DATA_PROTECTION_OFFICER)


@pytest.fixture
def ends(case: Running, agency: str) -> Ends:
    async def end(client_id: str, at: datetime) -> None:
        statement = 'UPDATE "case" SET closed_at = :at WHERE client_id = :client AND owner_agency = :agency'
        async with case.runtime.engine.begin() as connection:
            await connection.execute(text(statement), {"at": at, "client": UUID(client_id), "agency": agency})
        await written_at(case, at, client_id)

    return end


async def client_whose_case_ended(worker: Agency, ends: Ends, at: datetime) -> str:
    client = await worker.registers()
    await worker.opens_case(client["id"])
    await ends(client["id"], at)
    return str(client["id"])


async def registered_long_ago(case: Running, *clients: dict[str, Any]) -> None:
    await written_at(case, LONG_AGO, *(client["id"] for client in clients))


async def finished(case: Running, officer: Agency, run: dict[str, Any]) -> dict[str, Any]:
    while await carried_on(case.runtime.around):
        pass
    return dict(await officer.asks(f"/retention-runs/{run['id']}"))


@pytest.mark.usefixtures("peers")
async def test_a_dry_run_reports_what_is_due_and_changes_nothing(
    case: Running, worker_of: Agency, officer: Agency, ends: Ends
) -> None:
    due = await client_whose_case_ended(worker_of, ends, LONG_AGO)
    partly = await client_whose_case_ended(worker_of, ends, datetime(2025, 6, 1, tzinfo=UTC))
    await client_whose_case_ended(worker_of, ends, OF_LATE)
    await worker_of.opens_case((await worker_of.registers())["id"])

    run = await finished(case, officer, await officer.sends("/retention-runs", {}))

    assert (run["dry_run"], run["examined"], run["due"], run["ordered"]) == (True, 4, 2, 0)
    found = {one["category"]: one for one in run["found"]}
    assert found["feedback"]["clients"] == 2
    assert (found["case"]["clients"], found["case"]["earliest"]) == (1, "2015-05-01")
    assert found["case"]["rows"] == {"case": 1, "assessment": 1, "network": 1, "feedback": 1}
    for client_id in (due, partly):
        assert (await officer.asks(f"/clients/{client_id}/erasures"))["items"] == []


@pytest.mark.usefixtures("peers")
async def test_a_run_erases_what_is_due_and_the_next_one_finds_nothing(
    case: Running, worker_of: Agency, officer: Agency, ends: Ends
) -> None:
    due = await client_whose_case_ended(worker_of, ends, LONG_AGO)
    partly = await client_whose_case_ended(worker_of, ends, datetime(2025, 6, 1, tzinfo=UTC))

    run = await finished(case, officer, await officer.sends("/retention-runs", {"dry_run": False}))
    again = await finished(case, officer, await officer.sends("/retention-runs", {"dry_run": False}))

    assert (run["due"], run["ordered"], again["due"]) == (2, 2, 0)
    (whole,) = (await officer.asks(f"/clients/{due}/erasures"))["items"]
    assert (whole["categories"], whole["agency"], whole["run_id"]) == (None, None, run["id"])
    (some,) = (await officer.asks(f"/clients/{partly}/erasures"))["items"]
    assert some["categories"] == ["feedback"]
    await told(worker_of.reads(due), 404)
    await worker_of.reads(partly)


async def test_a_run_that_was_interrupted_goes_on_and_orders_nothing_twice(
    case: Running, worker_of: Agency, officer: Agency, ends: Ends, peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BATCH", 2)
    clients = [await client_whose_case_ended(worker_of, ends, LONG_AGO) for _ in range(5)]
    run = await officer.sends("/retention-runs", {"dry_run": False})
    assert await done(case.runtime.around, carry_on)
    peers.away = True
    with pytest.raises(Unavailable):
        await done(case.runtime.around, carry_on)
    begun = await officer.asks(f"/retention-runs/{run['id']}")
    assert (begun["examined"], begun["ordered"], begun["finished_at"]) == (2, 2, None)
    peers.away = False

    ended = await finished(case, officer, run)

    assert (ended["examined"], ended["ordered"]) == (5, 5)
    for client_id in clients:
        assert len((await officer.asks(f"/clients/{client_id}/erasures"))["items"]) == 1


@pytest.mark.usefixtures("peers")
async def test_a_run_gives_way_to_who_is_writing_about_anybody(
    case: Running, worker_of: Agency, officer: Agency, ends: Ends
) -> None:
    client = await client_whose_case_ended(worker_of, ends, LONG_AGO)
    run = await officer.sends("/retention-runs", {"dry_run": False})
    async with case.work() as work:
        await work.aliases.survivor(new_id())
        with pytest.raises(Unavailable):
            await finished(case, officer, run)
    await worker_of.reads(client)

    assert (await finished(case, officer, run))["ordered"] == 1


@pytest.mark.usefixtures("peers")
async def test_the_shared_record_waits_for_other_agencies(
    case: Running, worker_of: Agency, officer: Agency, ends: Ends, fund: Agency
) -> None:
    client = await client_whose_case_ended(worker_of, ends, LONG_AGO)
    await fund.opens_case(client)

    run = await finished(case, officer, await officer.sends("/retention-runs", {}))

    assert {one["category"] for one in run["found"]} == set(Category) - {"identity", "contact"}


@pytest.mark.usefixtures("peers")
async def test_a_merged_record_is_left_to_the_one_that_survived(
    case: Running, callers: Callers, agency: str, worker_of: Agency, officer: Agency
) -> None:
    registrar = callers.agency(agency, Role.REGISTRAR)
    survivor, merged = await worker_of.registers(), await worker_of.registers()
    await worker_of.opens_case(merged["id"])
    merge = await registrar.merges(merged, into=survivor)
    await registered_long_ago(case, survivor, merged)

    run = await finished(case, officer, await officer.sends("/retention-runs", {"dry_run": False}))

    assert (run["examined"], run["due"], run["ordered"]) == (1, 0, 0)
    await registrar.undoes(await registrar.reads_merge(merge))
    assert (await worker_of.reads(merged["id"]))["identity"] == merged["identity"]


@pytest.mark.usefixtures("peers")
async def test_who_registered_a_record_that_was_merged_rests_on_the_one_that_survived(
    case: Running, callers: Callers, city: Agency, worker_of: Agency, officer: Agency, agency: str
) -> None:
    survivor, merged = await worker_of.registers(), await city.registers()
    await worker_of.opens_case(merged["id"])
    await callers.agency(agency, Role.REGISTRAR).merges(merged, into=survivor)
    await registered_long_ago(case, survivor, merged)
    async with case.runtime.engine.begin() as connection:
        await connection.execute(
            text('UPDATE "case" SET closed_at = :at WHERE client_id = :id'),
            {"at": LONG_AGO, "id": UUID(survivor["id"])},
        )

    run = await finished(case, officer, await officer.sends("/retention-runs", {}))

    assert {one["category"] for one in run["found"]} == set(Category) - {"identity", "contact"}
    whole = callers.agency("tamme", Role.DATA_PROTECTION_OFFICER).orders_erasure(survivor["id"])
    assert "erasure.needed-by-others" in (await told(whole, 409)).unmet


async def test_an_id_that_was_merged_is_not_erased(case: Running, callers: Callers, city: Agency) -> None:
    survivor, merged = await city.registers(), await city.registers()
    await callers.agency("tamme", Role.REGISTRAR).merges(merged, into=survivor)
    async with case.work() as work:
        await erasures.one_at_a_time(work)
        with pytest.raises(ClientNotFound):
            await erasures.carry_out(
                work, UUID(merged["id"]), None, officer="o", in_="tamme", agency=None, reason=Reason.UNLAWFUL
            )


async def test_a_case_that_opens_while_a_run_looks_keeps_the_client(
    case: Running, worker_of: Agency, officer: Agency, ends: Ends, peers: Peers
) -> None:
    client = await client_whose_case_ended(worker_of, ends, LONG_AGO)
    peers.meanwhile = lambda: worker_of.opens_case(client)

    run = await finished(case, officer, await officer.sends("/retention-runs", {"dry_run": False}))

    assert (run["due"], run["ordered"]) == (1, 0)
    await worker_of.reads(client)


async def test_who_orders_by_hand_while_a_run_looks_is_told_to_try_again(
    case: Running, worker_of: Agency, officer: Agency, ends: Ends, peers: Peers
) -> None:
    client = await client_whose_case_ended(worker_of, ends, LONG_AGO)
    peers.meanwhile = lambda: told(officer.orders_erasure(client), 503)

    run = await finished(case, officer, await officer.sends("/retention-runs", {"dry_run": False}))

    assert run["ordered"] == 1
    assert len((await officer.asks(f"/clients/{client}/erasures"))["items"]) == 1


async def test_the_record_waits_for_an_agency_that_has_written_of_the_client_in_another_service(
    case: Running, worker_of: Agency, officer: Agency, ends: Ends, peers: Peers
) -> None:
    client = await client_whose_case_ended(worker_of, ends, LONG_AGO)
    peers.holds(client, "unemployment-fund", "needs", LONG_AGO)

    run = await finished(case, officer, await officer.sends("/retention-runs", {"dry_run": False}))

    assert {one["category"] for one in run["found"]} == set(Category) - {"identity", "contact"}
    (order,) = (await officer.asks(f"/clients/{client}/erasures"))["items"]
    assert (order["agency"], {*order["categories"]}) == (worker_of.code, set(Category) - {"identity", "contact"})


async def test_what_was_written_after_the_end_is_kept_as_long_as_anything_else(
    case: Running, agency: str, worker_of: Agency, officer: Agency, ends: Ends, peers: Peers
) -> None:
    client = await client_whose_case_ended(worker_of, ends, LONG_AGO)
    await worker_of.changes(await worker_of.reads(client), social={"education": "higher"})
    peers.holds(client, agency, "needs", OF_LATE)

    run = await finished(case, officer, await officer.sends("/retention-runs", {"dry_run": False}))

    assert {one["category"] for one in run["found"]} == set(Category) - {"social", "needs"}
    assert (await worker_of.reads(client))["social"]["education"] == "higher"


async def test_what_was_written_after_an_order_comes_due_in_its_time(
    case: Running, agency: str, worker_of: Agency, officer: Agency, ends: Ends, peers: Peers
) -> None:
    client = await client_whose_case_ended(worker_of, ends, LONG_AGO)
    peers.holds(client, "unemployment-fund", "needs", LONG_AGO)
    await finished(case, officer, await officer.sends("/retention-runs", {"dry_run": False}))
    async with case.runtime.engine.begin() as connection:
        earlier = "UPDATE erasure_order SET created_at = :at, completed_at = :at WHERE client_id = :id"
        await connection.execute(text(earlier), {"at": datetime(2016, 1, 1, tzinfo=UTC), "id": UUID(client)})
    assert (await finished(case, officer, await officer.sends("/retention-runs", {})))["due"] == 0
    peers.holds(client, agency, "needs", datetime(2016, 2, 1, tzinfo=UTC))

    run = await finished(case, officer, await officer.sends("/retention-runs", {}))

    assert [one["category"] for one in run["found"]] == ["needs"]


@pytest.mark.usefixtures("peers")
async def test_closed_records_are_left_as_they_are_and_counted(
    case: Running, callers: Callers, agency: str, worker_of: Agency, officer: Agency, ends: Ends, today: date
) -> None:
    client = await client_whose_case_ended(worker_of, ends, LONG_AGO)
    supervisor = callers.agency(agency, Role.SUPERVISOR)
    until = today + timedelta(days=30)
    restriction = await supervisor.closes_record(client, "tamme/helle.paju", until=until)

    run = await finished(case, officer, await officer.sends("/retention-runs", {"dry_run": False}))

    assert (run["examined"], run["closed"], run["due"], run["found"]) == (1, 1, 0, [])
    await supervisor.opens_record(restriction)
    run = await finished(case, officer, await officer.sends("/retention-runs", {"dry_run": False}))
    assert (run["closed"], run["ordered"]) == (0, 1)


@pytest.mark.usefixtures("peers")
async def test_a_run_that_fails_ends_and_says_at_what_and_others_go_on(
    case: Running, worker_of: Agency, officer: Agency, ends: Ends
) -> None:
    await client_whose_case_ended(worker_of, ends, LONG_AGO)
    first, second = [await officer.sends("/retention-runs", {"dry_run": False}) for _ in range(2)]
    async with case.runtime.engine.begin() as connection:
        broken = text("UPDATE retention_run SET agency_kind = 'unheard-of' WHERE id = :id")
        await connection.execute(broken, {"id": UUID(first["id"])})

    failed = await finished(case, officer, first)
    gone_on = await finished(case, officer, second)

    assert (failed["failure"], failed["ordered"]) == ("KeyError", 0)
    assert failed["finished_at"] is not None
    assert (gone_on["failure"], gone_on["ordered"]) == (None, 1)


async def test_an_agency_of_a_kind_without_profile_starts_no_run(callers: Callers, agency: str) -> None:
    officer = callers.agency(agency, Role.DATA_PROTECTION_OFFICER, agency_kind="state_portal")
    refused = await told(officer.sends("/retention-runs", {}), 409)
    assert refused.unmet == ["retention.kind-without-profile"]


async def test_runs_are_the_agencys_own(callers: Callers, officer: Agency, worker_of: Agency) -> None:
    run = await officer.sends("/retention-runs", {})
    elsewhere = callers.agency("probation", Role.DATA_PROTECTION_OFFICER)
    await told(elsewhere.asks(f"/retention-runs/{run['id']}"), 404)
    await told(worker_of.sends("/retention-runs", {}), 403)
    assert [one["id"] for one in (await officer.asks("/retention-runs"))["items"]] == [run["id"]]


async def test_the_next_clients_are_found_by_indexes(case: Running, officer: Agency) -> None:
    run = await officer.sends("/retention-runs", {})
    async with case.work() as work, plans(case.runtime.engine, few_rows=True) as indexes:
        found = await work.session.get(RetentionRun, UUID(run["id"]))
        assert found is not None
        await store.next_clients(work, found)
    assert indexes >= {"client_registered_by", "case_by_client_of_agency"}


def test_figures_of_several_clients_come_together() -> None:
    one, other = date(2015, 1, 1), date(2016, 1, 1)
    client = UUID(int=1)
    due = [Due(client, {Category.CASE: other}, False), Due(client, {Category.CASE: one, Category.RISK: one}, False)]
    found = rules.together({Category.CASE: Found(clients=1, earliest=other, latest=other)}, due)
    assert found[Category.CASE] == Found(clients=3, earliest=one, latest=other)
    assert found[Category.RISK] == Found(clients=1, earliest=one, latest=one)


def test_the_whole_goes_only_when_all_is_due_and_nobody_else_rests_on_it() -> None:
    everything = dict.fromkeys(Category, date(2015, 1, 1))
    client = UUID(int=1)
    assert Due(client, everything, False).is_whole
    assert not Due(client, everything, True).is_whole
    less = Due(client, everything, False).without([Category.RISK])
    assert less.categories.keys() == set(Category) - {Category.RISK}
    assert not less.is_whole
